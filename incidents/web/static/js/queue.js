/* Keeps an open queue true without moving anything under the pointer: asks every few seconds what differs from the rows
   on the screen, puts changed rows into their places (htmx morphs them, so focus and selection stay), and lets new
   ones wait behind their line. */
(() => {
  "use strict";
  const MINUTE = 60_000;
  const list = document.querySelector("[data-live]");
  const live = document.getElementById("live");
  let tag = "", shownAt = new Date(), waiting = null;

  const rows = () => [...list.querySelectorAll(".q-row")];
  const here = () => document.activeElement.closest?.(".q-row");
  const clock = (at) => at.toLocaleTimeString("ru", { hour: "2-digit", minute: "2-digit", timeZone: live.dataset.zone });

  const tell = (pattern, tone) => {
    live.children[0].className = `dot${tone}`;
    live.children[1].textContent = pattern.replace("{time}", clock(shownAt));
  };

  const put = (part) => {
    const target = document.getElementById(part.id);
    if (!target) return;
    // The words of a live region are replaced, not morphed, so that they are read aloud.
    if (part.id === "fresh") {
      if (target.textContent.trim() !== part.textContent.trim()) target.innerHTML = part.innerHTML;
      return;
    }
    htmx.swap({ target, text: part.outerHTML, swap: "outerMorph", sourceElement: target });
  };

  const apply = (text) => {
    const root = new DOMParser().parseFromString(text, "text/html").querySelector("[data-title]");
    if (!root) return;
    root.querySelectorAll("[id]").forEach(put);
    document.title = root.dataset.title;
    document.querySelectorAll(".side-link[aria-current] .count, .phone-bar [aria-current] .count").forEach((count) => {
      count.textContent = root.dataset.open;
    });
  };

  const ask = async () => {
    const address = new URL(list.dataset.live, location);
    address.searchParams.set("rows", rows().map((row) => `${row.id.slice(1)}-${row.dataset.v}`).join(","));
    const headers = { "HX-Request": "true" };
    if (tag) headers["If-None-Match"] = tag;
    const answer = await fetch(address, { headers, cache: "no-store" });
    const elsewhere = answer.headers.get("HX-Redirect");
    if (elsewhere) location.assign(elsewhere);
    if (answer.status === 200) {
      apply(await answer.text());
      tag = answer.headers.get("ETag") ?? "";
    } else if (answer.status !== 304) throw new Error(answer.status);
    shownAt = new Date();
  };

  const poll = async () => {
    clearTimeout(waiting);
    if (!document.hidden) {
      try {
        await ask();
        tell(live.dataset.fresh, "");
      } catch {
        if (Date.now() - shownAt > MINUTE / 2) tell(live.dataset.stale, " dot--soon");
      }
    }
    waiting = setTimeout(poll, Number(list.dataset.seconds) * 1000);
  };

  const step = (by) => {
    const all = rows().filter((row) => row.querySelector("a"));
    if (!all.length) return;
    const at = all.indexOf(here());
    const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by));
    const link = all[next].querySelector("a");
    link.focus({ preventScroll: true });
    all[next].scrollIntoView({ block: "nearest" });
  };

  /* What keys.js hears as a key arrives here as a click on its line in the page's list. */
  document.addEventListener("click", (event) => {
    const act = event.target.closest("[data-act]")?.dataset.act;
    if (act === "down") step(1);
    if (act === "up") step(-1);
  });

  /* Coming back from a card, the row one left is marked and has the focus. */
  list.addEventListener("click", (event) => {
    const row = event.target.closest(".q-text > a") && event.target.closest(".q-row");
    if (row) sessionStorage.setItem("queue-row", row.id);
  });
  const left = document.getElementById(sessionStorage.getItem("queue-row") ?? "");
  sessionStorage.removeItem("queue-row");
  if (left) {
    left.classList.add("q-row--here");
    left.querySelector("a")?.focus({ preventScroll: false });
  }

  tell(live.dataset.fresh, "");
  waiting = setTimeout(poll, Number(list.dataset.seconds) * 1000);
  document.addEventListener("visibilitychange", () => document.hidden || poll());
})();
