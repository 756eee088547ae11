/* Reply templates: "/" opens the list, also at the beginning of a word in the text; words narrow it, arrows and Enter choose,
   and the template stands at the cursor. Without this script a list and a button put it at the end of the text. */
(() => {
  "use strict";
  const field = document.getElementById("text"), dialog = document.getElementById("templates");
  const opener = document.querySelector("[data-opens-templates]");
  if (!field || !dialog || !opener) return;
  const words = document.getElementById("template-words"), room = document.getElementById("template-choices");
  const options = () => [...room.querySelectorAll("[role=option]")].filter((each) => !each.hidden);
  const chosen = () => options().find((each) => each.getAttribute("aria-selected") === "true");
  let at = [0, 0];

  const choose = (option) => {
    options().forEach((each) => each.setAttribute("aria-selected", String(each === option)));
    if (option) words.setAttribute("aria-activedescendant", option.id);
    else words.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  };

  const narrow = () => {
    const wanted = words.value.toLowerCase().replaceAll("ё", "е").split(/\s+/).filter(Boolean);
    room.querySelectorAll("[role=option]").forEach((each) => {
      const text = each.textContent.toLowerCase().replaceAll("ё", "е");
      each.hidden = !wanted.every((word) => text.includes(word));
    });
    const none = document.getElementById("template-none");
    if (none) none.hidden = options().length > 0;
    choose(options()[0]);
  };

  const open = async () => {
    at = [field.selectionStart, field.selectionEnd];
    words.value = "";
    dialog.showModal();
    words.focus();
    try {
      const answer = await fetch(dialog.dataset.fromAddress, { headers: { "HX-Request": "true" } });
      if (answer.ok && !answer.redirected) room.innerHTML = await answer.text();
    } catch { /* no connection: what was there stays */ }
    narrow();
  };

  const put = (option) => {
    if (!option) return;
    const text = option.querySelector("[data-filled]").textContent;
    dialog.close();
    field.focus();
    field.setSelectionRange(...at);
    if (!document.execCommand("insertText", false, text)) {
      field.setRangeText(text, ...at, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    const told = new FormData();
    told.set("csrf_token", document.querySelector("#writer [name=csrf_token]").value);
    told.set("template", option.dataset.template);
    fetch(dialog.dataset.used, { method: "POST", body: told, headers: { "HX-Request": "true" } }).catch(() => {});
  };

  opener.addEventListener("click", open);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const before = field.value.slice(0, field.selectionStart);
    // A slash within a word is a slash: 12/2, км/ч.
    if (before && !/\s$/.test(before)) return;
    event.preventDefault();
    open();
  });
  words.addEventListener("input", narrow);
  dialog.addEventListener("keydown", (event) => {
    const all = options(), place = all.indexOf(chosen());
    if (event.key === "Enter" && event.target === words) {
      event.preventDefault();
      put(chosen());
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    choose(all[(place + (event.key === "ArrowDown" ? 1 : all.length - 1)) % all.length]);
  });
  room.addEventListener("click", (event) => put(event.target.closest("[role=option]")));
  dialog.addEventListener("close", () => field.focus());
})();
