"use strict";
// Hides the rows that do not fit what is chosen. Without this script every row is shown.
const form = document.querySelector(".filters");
if (form) {
  const rows = [...document.querySelectorAll("[data-row]")];
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const groups = [...document.querySelectorAll("[data-group]")];
  const count = form.querySelector("[role=status]");
  const apply = () => {
    const wanted = Object.fromEntries(new FormData(form));
    const words = (wanted.text || "").toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, at) => {
      const fits = ["verdict", "level", "role", "changed"].every((key) =>
        !wanted[key] || (wanted[key] === "wrong"
          ? ["fail", "unsafe", "error"].includes(row.dataset[key])
          : row.dataset[key] === wanted[key]));
      row.hidden = !(fits && words.every((word) => texts[at].includes(word)));
      shown += row.hidden ? 0 : 1;
    });
    groups.forEach((group) => { group.hidden = !group.querySelector("[data-row]:not([hidden])"); });
    count.textContent = `${shown} of ${rows.length} shown`;
    const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value)).toString();
    history.replaceState(null, "", query ? `#?${query}` : location.pathname + location.search);
  };
  if (location.hash.startsWith("#?")) {
    for (const [key, value] of new URLSearchParams(location.hash.slice(2))) {
      if (form.elements[key]) form.elements[key].value = value;
    }
    apply();
  }
  let waiting = 0;
  form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(apply, 80); });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
}
