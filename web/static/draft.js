// Keeps the draft of a task: two seconds after the last key, at once after a choice, and when the page is left.
// The answer also says which questions the answers so far bring up. A failure never disturbs the form.
"use strict";

(() => {
  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const status = document.getElementById("draft-status");
  const refresh = document.getElementById("refresh");
  let timer = 0;
  let changed = false;
  let stopped = false;

  if (refresh) refresh.hidden = true; // the questions follow by themselves

  const show = (fields) => {
    for (const field of form.querySelectorAll("[data-field]")) {
      const state = fields[field.dataset.field];
      if (!state) continue;
      field.hidden = !state.visible;
      const optional = field.querySelector("[data-optional]");
      if (optional) optional.hidden = state.required;
    }
  };

  const body = () => {
    const data = new FormData(form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    return new URLSearchParams(data);
  };

  const save = async () => {
    clearTimeout(timer);
    if (!changed || stopped) return;
    changed = false;
    try {
      const answer = await fetch(form.dataset.draft, { method: "POST", body: body(), headers: { Accept: "application/json" } });
      const told = await answer.json();
      status.textContent = told.words;
      if (told.version) form.elements.version.value = told.version;
      if (told.fields) show(told.fields);
      if (answer.status === 409 || answer.status === 412) stopped = true;
      else if (!answer.ok) again();
    } catch {
      status.textContent = form.dataset.failed;
      again();
    }
  };

  const again = () => {
    changed = true;
    timer = setTimeout(save, 15000);
  };

  form.addEventListener("input", () => {
    changed = true;
    clearTimeout(timer);
    timer = setTimeout(save, 2000);
  });
  form.addEventListener("change", (event) => {
    if (event.target.matches("input[type=radio], input[type=checkbox], select")) save();
  });
  form.addEventListener("submit", () => {
    stopped = true;
    clearTimeout(timer);
  });
  addEventListener("pagehide", () => {
    if (changed && !stopped) navigator.sendBeacon(form.dataset.draft, body());
  });
})();
