// The site works without this file; it only smooths two things.

// Departure stays after arrival.
for (const form of document.querySelectorAll("form")) {
  const from = form.elements.namedItem("from"), to = form.elements.namedItem("to");
  if (from?.type !== "date" || to?.type !== "date") continue;
  from.addEventListener("change", () => {
    if (!from.value) return;
    const day = new Date(from.value + "T00:00:00Z");
    const next = new Date(day.getTime() + 86_400_000).toISOString().slice(0, 10);
    to.min = next;
    if (!to.value || to.value < next) to.value = next;
  });
}

// A form that must be sent once shows that it was sent; the server keeps it to once in any case.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", () => { form.querySelector("button").disabled = true; });
}
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("form[data-once] button")) button.disabled = false;
});
