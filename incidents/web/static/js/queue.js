/* Keeps an open queue true without moving anything under the pointer: asks every few seconds what differs from the rows
   on the screen, puts changed rows into their places (htmx morphs them, so focus and selection stay), and lets new ones
   wait behind their line. The order changes when a person asks for it, comes back, or has not touched anything for a
   minute; focus and place on the screen stay with their row, or go to the next one, and a sentence says so. */
(() => {
  "use strict";
  const MINUTE = 60_000, ROW = ".q-list > li";
  const form = document.querySelector("[data-live]");
  const live = document.getElementById("live");
  const others = new BroadcastChannel("queue");
  let tag = "", shownAt = new Date(), waiting = null, touchedAt = Date.now(), leftAt = 0, isMoved = false;

  const rows = () => [...form.querySelectorAll(ROW)];
  const here = () => document.activeElement.closest?.(ROW);
  const link = (row) => row?.querySelector("a");
  /* A live row may bring an icon that the page was drawn without. */
  const icons = document.getElementById("icons");
  const define = () => form.querySelectorAll("use").forEach((use) => {
    const name = use.getAttribute("href").slice(1);
    if (!document.getElementById(name)) icons.insertAdjacentHTML("beforeend", `<use id="${name}" href="${icons.dataset.file}#${name}"/>`);
  });
  new MutationObserver(define).observe(form, { subtree: true, childList: true, attributeFilter: ["href"] });

  const clock = (at) => at.toLocaleTimeString("ru", { hour: "2-digit", minute: "2-digit", timeZone: live.dataset.zone });
  const say = (sentence) => document.dispatchEvent(new CustomEvent("say", { detail: sentence }));
  const drawn = () => form.dispatchEvent(new CustomEvent("queue:drawn"));

  const tell = (pattern, tone) => {
    const minutes = Math.max(1, Math.floor((Date.now() - shownAt) / MINUTE));
    live.children[0].className = `dot${tone}`;
    live.children[1].textContent = pattern.replace("{minutes}", minutes).replace("{time}", clock(shownAt));
  };

  /* A row and where to go on when it has left: those behind it, then those before it, the nearest first. */
  const following = (row) => {
    const order = rows().map((each) => each.id), at = order.indexOf(row.id);
    return [...order.slice(at), ...order.slice(0, at).reverse()];
  };

  /* The row that had the focus, or the next of those that stood behind it. */
  const hold = () => {
    const row = here(), order = row ? following(row) : [];
    const isTick = document.activeElement.matches?.("input"), top = row?.getBoundingClientRect().top;
    return () => {
      if (!row) return;
      const target = document.getElementById(order.find((id) => link(document.getElementById(id))));
      if (!target || target.contains(document.activeElement)) return;
      (isTick && target.querySelector("input") || link(target)).focus({ preventScroll: true });
      scrollBy(0, target.getBoundingClientRect().top - top);
      if (target.id !== row.id) say(live.dataset.gone);
    };
  };

  const put = (part) => {
    const target = document.getElementById(part.id);
    if (!target) return;
    if (part.id === "fresh") {
      if (target.textContent.trim() === part.textContent.trim()) return;
      target.innerHTML = part.innerHTML;
      if (target.textContent.trim()) say(target.textContent.trim());
      return;
    }
    htmx.swap({ target, text: part.outerHTML, swap: "outerMorph", sourceElement: target });
  };

  const apply = (text) => {
    const root = new DOMParser().parseFromString(text, "text/html").querySelector("[data-title]");
    if (!root) return;
    const restore = hold();
    root.querySelectorAll("[id]").forEach(put);
    restore();
    document.title = root.dataset.title;
    document.querySelectorAll(".side-link[aria-current] .count, .phone-bar [aria-current] .count").forEach((count) => {
      count.textContent = root.dataset.open;
    });
    isMoved = true;
    drawn();
  };

  const ask = async () => {
    const address = new URL(form.dataset.live, location);
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

  /* The whole list in its order of now, in the place of the one that is shown. */
  const redraw = async () => {
    const answer = await fetch(location, { cache: "no-store" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-live]");
    if (!answer.ok || !fresh) throw new Error(answer.status);
    const restore = hold();
    ["list", "pulse", "views", "fresh"].forEach((id) => {
      const mine = document.getElementById(id), theirs = page.getElementById(id);
      if (mine && theirs && (id === "list" || !mine.contains(document.activeElement))) mine.replaceWith(theirs);
    });
    form.dataset.live = fresh.dataset.live;
    document.title = page.title;
    [tag, shownAt, isMoved] = ["", new Date(), false];
    restore();
    drawn();
  };

  const mayMove = () => isMoved && !document.querySelector("dialog:modal") && !new URL(location).searchParams.has("after");

  const poll = async () => {
    clearTimeout(waiting);
    if (!document.hidden) {
      try {
        await ask();
        if (mayMove() && Date.now() - touchedAt > MINUTE) await redraw();
        tell(live.dataset.fresh, "");
      } catch {
        if (Date.now() - shownAt > MINUTE / 2) tell(live.dataset.stale, " dot--soon");
      }
    }
    waiting = setTimeout(poll, Number(form.dataset.seconds) * 1000);
  };

  const step = (by) => {
    const all = rows().filter(link);
    if (!all.length) return null;
    const at = all.indexOf(here());
    const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by))];
    link(next).focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
    return next;
  };

  /* What keys.js hears as a key arrives here as a click on its line in the page's list. */
  document.addEventListener("click", (event) => {
    const act = event.target.closest("[data-act]")?.dataset.act;
    if (act === "down") step(1);
    if (act === "up") step(-1);
    const show = event.target.closest("#fresh a");
    if (!show || new URL(show.href).search !== location.search) return;
    event.preventDefault();
    redraw().then(() => say(live.dataset.shown), () => location.assign(show.href));
  });

  /* Coming back, from a card or from an act, one stands at the row one left, or at the next of those behind it. */
  form.addEventListener("click", (event) => {
    if (event.target.closest("q-text > a")) sessionStorage.setItem("queue-list", location.pathname + location.search);
  });
  let places = null;
  form.addEventListener("focusin", (event) => {
    const row = event.target.closest(ROW);
    if (row) places = following(row);
  });
  addEventListener("pagehide", () => {
    if (places && !document.activeElement?.closest(".sentence")) sessionStorage.setItem("queue-row", JSON.stringify(places));
  });
  const left = JSON.parse(sessionStorage.getItem("queue-row") ?? "[]");
  sessionStorage.removeItem("queue-row");
  document.getElementById(left[0] ?? "")?.classList.add("q-row--here");
  const stood = left.map((id) => document.getElementById(id)).find(link);
  if (stood && document.activeElement === document.body) link(stood).focus({ preventScroll: false });

  tell(live.dataset.fresh, "");
  waiting = setTimeout(poll, Number(form.dataset.seconds) * 1000);
  ["pointerdown", "keydown", "wheel", "touchmove"].forEach((each) => {
    document.addEventListener(each, () => { touchedAt = Date.now(); }, { passive: true });
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      leftAt = Date.now();
      return;
    }
    if (Date.now() - leftAt > MINUTE) touchedAt = 0;
    poll();
  });
  // Whatever was done here shows in the other windows at once.
  others.addEventListener("message", poll);
  others.postMessage("drawn");
})();
