/* The long lists of the sentence over the queue: departments and topics come after the page, which is a tenth lighter
   without them. What is chosen stays chosen; without this script a link beside the sentence brings them. */
(async () => {
  const form = document.querySelector("form[data-words]");
  const lists = form ? [...form.querySelectorAll("select[data-long]")] : [];
  if (!lists.length) return;
  const answer = await fetch(form.dataset.words, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok) return;
  const words = await answer.json();
  lists.forEach((list) => {
    const chosen = list.value;
    const known = new Map([...list.options].map((option) => [option.value, option]));
    (words[list.name] ?? []).forEach(([value, label]) => list.append(known.get(value) ?? new Option(label, value)));
    list.value = chosen;
  });
})();
