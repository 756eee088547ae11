/* Several texts on one page, and keys for the one that has the focus: its buttons alone bear `data-key`. J and K go from
   text to text. Without this script every button still works, and the keys are those of the first text. */
(() => {
  "use strict";
  const texts = [...document.querySelectorAll("article.texts")];
  let here = texts.find((each) => "takesFocus" in each.dataset) ?? texts[0];

  const mark = (text) => {
    here = text;
    texts.forEach((each) => each.querySelectorAll("[data-key], [data-code]").forEach((button) => {
      const code = button.dataset.key ?? button.dataset.code;
      button.toggleAttribute("data-key", each === here);
      button.toggleAttribute("data-code", each !== here);
      button.dataset[each === here ? "key" : "code"] = code;
    }));
  };

  const go = (by) => {
    const next = texts[Math.min(texts.length - 1, Math.max(0, texts.indexOf(here) + by))];
    next?.focus({ preventScroll: true });
    next?.scrollIntoView({ block: "start" });
  };

  document.addEventListener("focusin", (event) => {
    const text = event.target.closest("article.texts");
    if (text && text !== here) mark(text);
  });
  document.addEventListener("click", (event) => {
    const line = event.target.closest("[data-keys-list] [data-act]");
    if (line?.dataset.act === "next") go(document.activeElement.closest?.("article.texts") ? 1 : 0);
    if (line?.dataset.act === "previous") go(-1);
  });
  if (here) mark(here);
})();
