/* What makes the card quick: what others did shows by itself. The writer of the answer has a
   script of its own (writer.js). Without this script every button still works. */
(() => {
  "use strict";
  const desk = document.querySelector("[data-changes]");
  const byId = (id) => document.getElementById(id);
  const parse = (text) => new DOMParser().parseFromString(text, "text/html").body.firstElementChild;

  /* The way back leads to the list one came from, filtered as it was; its page finds the row again. */
  const list = sessionStorage.getItem("queue-list");
  if (list?.startsWith("/queue")) document.querySelectorAll("a[data-back]").forEach((link) => { link.href = list; });

  /* ── What others did meanwhile ────────────────────────────────────────── */
  let tag = "", timer = null;

  /* What comes in above a field in which somebody types leaves it where it is before the eyes: the page moves instead. */
  const hold = (change) => {
    const field = document.activeElement?.closest("input, select, textarea"), top = field?.getBoundingClientRect().top;
    change();
    if (field?.isConnected) scrollBy({ top: field.getBoundingClientRect().top - top, behavior: "instant" });
  };
  document.addEventListener("card:change", (event) => hold(event.detail));

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
    hold(() => ["standing", "standing-phone", "clock", "clocks", "deliveries", "news"].forEach((id) => {
      const fresh = root.querySelector(`#${id}`);
      if (fresh) put(fresh);
    }));
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

  /* ── Who else is here: this page says so, and hears of the others ──────── */
  const here = byId("here"), csrf = document.querySelector("[name=csrf_token]");
  let wrote = 0;

  const attend = async (more = {}) => {
    if (!csrf || !here) return;
    const isWriting = Date.now() - wrote < 15_000;
    const body = new URLSearchParams({ csrf_token: csrf.value, ...(isWriting && { writing: "1" }), ...more });
    try {
      const answer = await fetch(desk.dataset.presence, { method: "POST", body, headers: { "HX-Request": "true" }, keepalive: "gone" in more });
      if (answer.status !== 200) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").body;
      if (fresh.textContent.trim() !== here.textContent.trim()) hold(() => { here.innerHTML = fresh.innerHTML; });
    } catch { /* no connection: said again in a few seconds */ }
  };
  const attending = () => {
    if (!document.hidden) attend();
    setTimeout(attending, 10_000);
  };
  attending();
  addEventListener("pagehide", () => attend({ gone: "1" }));
  document.addEventListener("input", (event) => {
    const began = Date.now() - wrote > 15_000;
    if (!event.target.matches("#text, #note")) return;
    wrote = Date.now();
    if (began) attend();
  });

  /* ── An answer to the like, into the writer: never over what stands there ─ */
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-take-text]"), field = byId("text");
    if (!button || !field) return;
    field.value = [field.value.trimEnd(), byId(button.dataset.takeText).textContent].filter(Boolean).join("\n\n");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
    byId("said").textContent = button.dataset.done;
  });

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
