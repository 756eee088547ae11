/* Says how old the figures of now are: they are asked for again every few seconds, and an answer of "nothing changed"
   makes them as fresh as new ones do. Figures that stand still because the connection is lost must not look true. */
(() => {
  "use strict";
  const MINUTE = 60_000, HEARD = [200, 204];
  const live = document.getElementById("live");
  const patience = 3000 * Number(live.dataset.seconds);
  let heardAt = Date.now();

  const clock = (at) => new Date(at).toLocaleTimeString("ru", { hour: "2-digit", minute: "2-digit", timeZone: live.dataset.zone });

  const tell = () => {
    const silent = Date.now() - heardAt, isStale = silent > patience;
    live.children[0].className = isStale ? "dot dot--soon" : "dot";
    live.children[1].textContent = (isStale ? live.dataset.stale : live.dataset.fresh)
      .replace("{minutes}", Math.max(1, Math.floor(silent / MINUTE))).replace("{time}", clock(heardAt));
  };

  document.addEventListener("htmx:after:request", (event) => {
    if (event.target.id !== "board" || !HEARD.includes(event.detail.ctx.response.status)) return;
    heardAt = Date.now();
    tell();
  });
  setInterval(tell, 1000 * Number(live.dataset.seconds));
  tell();
})();
