/* What makes the card quick: the draft saves itself, a colleague's change shows as a line, keys do what buttons do.
   The text field is never replaced; without this script every button still works. */
(() => {
  "use strict";
  const PAUSE = 1000;
  const desk = document.querySelector("[data-changes]");
  const writer = document.getElementById("writer");
  const field = document.getElementById("text");
  const byId = (id) => document.getElementById(id);
  const parse = (text) => new DOMParser().parseFromString(text, "text/html").body.firstElementChild;

  /* ── The length, in the network's own units ───────────────────────────── */
  const size = (text) => ("utf16" in field.dataset ? text.length : [...text].length);
  const count = () => {
    const length = byId("length"), long = size(field.value.trim());
    length.textContent = length.dataset.words.replace("{n}", String(long).replace(/\B(?=(\d{3})+$)/g, "\u00a0"));
    length.classList.toggle("late", long > Number(field.dataset.longest));
  };

  /* ── The draft ────────────────────────────────────────────────────────── */
  let saved = field?.defaultValue, saving = null, waiting = null;

  const version = () => writer.elements.answer_version;

  const showConflict = (text) => {
    byId("draft-news").replaceChildren(parse(text));
    byId("draft").textContent = "";
  };

  const send = async () => {
    const text = field.value;
    const answer = await fetch(writer.action, { method: "POST", body: new FormData(writer), headers: { "HX-Request": "true" } });
    const elsewhere = answer.headers.get("HX-Redirect");
    if (elsewhere) return location.assign(elsewhere);
    const body = await answer.text();
    if (answer.status === 409 && body.includes("conflict-title")) return showConflict(body);
    const part = parse(body);
    byId("draft").replaceChildren(part);
    if (answer.ok && part.dataset.version) {
      version().value = part.dataset.version;
      saved = text;
      byId("draft-line")?.remove();
    }
    return undefined;
  };

  /* One at a time: the next saving must know the version that the last one made. */
  const save = async () => {
    clearTimeout(waiting);
    await saving;
    saving = send().catch(() => { byId("draft").textContent = ""; }).finally(() => { saving = null; });
    return saving;
  };

  const isOpen = () => byId("draft-news").querySelector(".conflict");

  const later = () => {
    count();
    clearTimeout(waiting);
    // While two texts stand side by side, nothing is written over either by itself.
    if ("autosave" in writer.dataset && !isOpen()) waiting = setTimeout(() => field.value !== saved && save(), PAUSE);
  };

  if (field) {
    field.addEventListener("input", later);
    count();
    // What the text is for is saved with it; of an empty text nothing is kept.
    writer.addEventListener("change", (event) => {
      if (event.target.closest(".purposes") && "autosave" in writer.dataset && !isOpen() && field.value.trim()) save();
    });
    writer.addEventListener("submit", (event) => {
      clearTimeout(waiting);
      if (!saving) return;
      event.preventDefault();
      const button = event.submitter;
      saving.then(() => writer.requestSubmit(button));
    });
    byId("draft-news").addEventListener("click", (event) => {
      const keep = event.target.closest("[data-keep]");
      if (keep) {
        version().value = keep.dataset.keep;
        byId("draft-news").replaceChildren();
        field.focus();
        save();
      }
      if (event.target.closest("[data-difference]")) save();
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.target !== field) return;
      event.preventDefault();
      writer.querySelector("[data-main]:not(:disabled)")?.click();
    });
  }

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
    const isNewer = field && line && Number(root.dataset.answerVersion) > Number(version().value);
    if (isNewer && !saving && !isOpen()) byId("draft-news").replaceChildren(line);
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

  /* ── Copying, and keys by physical place, silent while typing ─────────── */
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

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || event.isComposing) return;
    if (event.target.closest("input, select, textarea, [contenteditable], dialog")) return;
    const target = [...document.querySelectorAll(`[data-key="${event.code}"]`)].find((each) => each.checkVisibility());
    if (!target) return;
    event.preventDefault();
    if (target === field) return field.focus();
    target.click();
    target.parentElement.querySelector("details[open] select")?.focus();
    return undefined;
  });
})();
