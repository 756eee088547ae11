/* Ticked rows of the queue: they stay ticked while the list changes, also where they have left it, and the bar says so.
   Keys and bar act on what is ticked, else on the row that has the focus; an act that asks something asks in a dialog.
   Without this script ticks and buttons are a plain form. */
(() => {
  "use strict";
  const form = document.getElementById("acts");
  const KEPT = "queue-picked", ROW = ".q-list > li";
  const picked = new Map(JSON.parse(sessionStorage.getItem(KEPT) ?? "[]"));
  let last = null, isLent = false;

  const ticks = () => [...form.querySelectorAll(`${ROW} > input`)];
  const number = (tick) => tick.value.split("-")[0];
  const rowHere = () => document.activeElement.closest?.(ROW);
  const bar = () => document.getElementById("bulk");

  const count = (words, n) => words.replace("{n}", n);

  const draw = () => {
    const here = new Set();
    ticks().forEach((tick) => {
      here.add(number(tick));
      tick.checked = picked.has(number(tick));
      if (tick.checked) picked.set(number(tick), tick.value);
      tick.closest(ROW).classList.toggle("q-row--on", tick.checked);
    });
    form.querySelectorAll("[data-all]").forEach((all) => {
      const own = [...all.closest("section").querySelectorAll(`${ROW} > input`)];
      all.checked = own.length > 0 && own.every((tick) => tick.checked);
      all.indeterminate = !all.checked && own.some((tick) => tick.checked);
    });
    const elsewhere = [...picked].filter(([each]) => !here.has(each)).map(([, value]) => value);
    document.getElementById("elsewhere").replaceChildren(...elsewhere.map((value) => {
      const input = document.createElement("input");
      Object.assign(input, { type: "hidden", name: "n", value });
      return input;
    }));
    sessionStorage.setItem(KEPT, JSON.stringify([...picked]));
    if (!bar()) return;
    bar().hidden = !picked.size;
    const told = bar().querySelector("[data-picked]");
    const rest = elsewhere.length ? `, ${count(told.dataset.elsewhere, elsewhere.length)}` : "";
    told.textContent = count(told.dataset.words, picked.size) + rest;
  };

  const pick = (tick, isOn) => {
    if (!tick) return;
    if (isOn) picked.set(number(tick), tick.value);
    else picked.delete(number(tick));
    last = tick;
  };

  const clear = () => {
    picked.clear();
    isLent = false;
    draw();
  };

  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-all]")) {
      event.target.closest("section").querySelectorAll(`${ROW} > input`).forEach((tick) => pick(tick, event.target.checked));
    } else if (event.target.matches(`${ROW} > input`)) {
      pick(event.target, event.target.checked);
    } else return;
    draw();
  });
  /* From the last one to this one with Shift, as in every list. */
  form.addEventListener("click", (event) => {
    if (!event.shiftKey || !last || !event.target.matches(`${ROW} > input`)) return;
    const all = ticks(), [from, to] = [all.findIndex((each) => number(each) === number(last)), all.indexOf(event.target)].sort((a, b) => a - b);
    all.slice(Math.max(0, from), to + 1).forEach((tick) => pick(tick, event.target.checked));
    draw();
  });

  const extend = (by) => {
    const row = rowHere();
    pick(row?.querySelector("input"), true);
    document.querySelector(`[data-keys-list] [data-act="${by}"]`).click();
    pick(rowHere()?.querySelector("input"), true);
    draw();
  };

  /* ── The question of an act, in a dialog ───────────────────────────────── */
  const asking = document.createElement("dialog");
  asking.setAttribute("aria-labelledby", "question-title");
  document.body.append(asking);
  asking.addEventListener("close", () => isLent && clear());
  asking.addEventListener("click", (event) => {
    if (!event.target.closest("a")) return;
    event.preventDefault();
    asking.close();
  });
  asking.addEventListener("submit", () => sessionStorage.removeItem(KEPT));

  const question = async (button) => {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form, button) });
    const found = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("question");
    if (!found) throw new Error(answer.status);
    asking.replaceChildren(found);
    asking.showModal();
    found.querySelector("[autofocus]")?.focus();
  };

  const begin = (button) => {
    if (!picked.size) {
      const tick = rowHere()?.querySelector("input");
      if (!tick) return;
      pick(tick, true);
      isLent = true;
      draw();
    }
    if (button.value === "take") form.requestSubmit(button);
    else question(button).catch(() => form.requestSubmit(button));
  };

  form.addEventListener("submit", (event) => {
    if (event.submitter?.value === "take" || event.submitter?.closest("q-who")) sessionStorage.removeItem(KEPT);
  });
  document.addEventListener("click", (event) => {
    const act = event.target.closest("[data-act]")?.dataset.act;
    if (act === "clear") clear();
    if (act === "pick") {
      const tick = rowHere()?.querySelector("input");
      pick(tick, !tick?.checked);
      draw();
    }
    if (act === "pick-down") extend("down");
    if (act === "pick-up") extend("up");
    const button = event.target.closest("#bulk [name=act]");
    if (!button) return;
    event.preventDefault();
    begin(button);
  });

  form.addEventListener("queue:drawn", draw);
  addEventListener("pageshow", draw);
  draw();
})();
