/* The browser's own notice of new alarms, for who asked for it in the profile: only while no window of the program is in
   front, once for all open windows, without a sound and without anybody's words. Without permission nothing happens. */
(() => {
  "use strict";
  const TOLD = "incidents-told", FRONT = "incidents-front", RECENT = 40_000;
  const mayTell = () => "Notification" in window && Notification.permission === "granted" && "locks" in navigator;
  const inFront = () => document.hasFocus() && !document.hidden;

  const tell = (detail) => {
    // Of several windows the first one that holds the lock tells; the others find that it was told.
    if (Number(localStorage.getItem(TOLD) ?? 0) >= detail.newest) return;
    localStorage.setItem(TOLD, detail.newest);
    if (Date.now() - Number(localStorage.getItem(FRONT) ?? 0) < RECENT) return;
    const notice = new Notification(detail.title, { body: detail.said, tag: "incidents-alarms", silent: true, icon: document.querySelector("link[rel=icon]").href });
    notice.addEventListener("click", () => {
      window.focus();
      location.assign(detail.href);
      notice.close();
    });
  };

  document.addEventListener("incidents:alarms", (event) => {
    if (mayTell()) navigator.locks.request("incidents-alarms", () => tell(event.detail));
  });

  const note = () => inFront() && localStorage.setItem(FRONT, Date.now());
  ["focus", "blur"].forEach((name) => addEventListener(name, note));
  setInterval(note, RECENT / 4);
  note();

  /* In the profile: the browser is asked at the moment the person asks for it. */
  const tick = document.querySelector("[data-asks-popups]"), state = document.getElementById("popups-state");
  const say = (name) => { state.textContent = state.dataset[name] ?? ""; };
  tick?.addEventListener("change", async () => {
    if (!tick.checked) return say("none");
    if (!("Notification" in window) || !("locks" in navigator)) return say("denied");
    if (Notification.permission === "default") say("asked");
    const answer = await Notification.requestPermission();
    return say(answer === "granted" ? "none" : "denied");
  });
  if (tick?.checked && "Notification" in window && Notification.permission === "denied") say("denied");
})();
