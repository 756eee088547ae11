/* What makes the card quick: what others did shows by itself. The writer of the answer has a
   script of its own (writer.js). Without this script every button still works. */
(() => {
  "use strict";
  const desk = document.querySelector("[data-changes]");
  const byId = (id) => document.getElementById(id);
  const parse = (text) => new DOMParser().parseFromString(text, "text/html").body.firstElementChild;

  /* ── What others did meanwhile ────────────────────────────────────────── */
  let tag = "", timer = null;

  const isTouched = (part) => part.contains(document.activeElement) || part.querySelector("details[open], dialog:modal");

  const put = (fresh) => {
    const old = byId(fresh.id);
    if (!old || isTouched(old) || old.textContent.trim() === fresh.textContent.trim()) return;
    if (fresh.id === "news" || fresh.id === "clock") old.innerHTML = fresh.innerHTML;
    else old.replaceWith(fresh);
  };

  const apply = (text) => {
    const root = parse(text);
    if (!root?.dataset.answerVersion) return;
    const line = root.querySelector("#draft-line");
    line?.remove();
    ["standing", "standing-phone", "clock", "clocks", "deliveries", "news"].forEach((id) => {
      const fresh = root.querySelector(`#${id}`);
      if (fresh) put(fresh);
    });
    const version = Number(root.dataset.answerVersion);
    if (line) document.dispatchEvent(new CustomEvent("card:draft", { detail: { line, version } }));
  };

  const ask = async () => {
    clearTimeout(timer);
    if (!document.hidden) {
      try {
        const headers = { "HX-Request": "true" };
        if (tag) headers["If-None-Match"] = tag;
        const answer = await fetch(desk.dataset.changes, { headers, cache: "no-store" });
        const elsewhere = answer.headers.get("HX-Redirect");
        if (elsewhere) location.assign(elsewhere);
        if (answer.status === 200) {
          apply(await answer.text());
          tag = answer.headers.get("ETag") ?? "";
        }
      } catch { /* no connection: the next question comes by itself */ }
    }
    timer = setTimeout(ask, Number(desk.dataset.seconds) * 1000);
  };
  timer = setTimeout(ask, Number(desk.dataset.seconds) * 1000);
  document.addEventListener("visibilitychange", () => document.hidden || ask());

  /* ── Copying ──────────────────────────────────────────────────────────── */
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const source = byId(button.dataset.copy);
    source.select();
    try {
      await navigator.clipboard.writeText(source.value);
      byId("said").textContent = button.dataset.done;
      button.lastChild.textContent = button.dataset.done;
    } catch { /* the text is selected: Ctrl+C copies it */ }
  });
})();
