// Optional: a form embedded in another page shows its answer there. Without this script it opens a page of ours.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form[data-troth]")) return;
  event.preventDefault();
  form.querySelectorAll("[data-problem]").forEach((said) => said.remove());
  const button = form.querySelector("button[type=submit]");
  button.disabled = true;
  try {
    const sent = await fetch(form.action, {
      method: "POST", credentials: "omit", headers: { accept: "application/json" },
      body: new URLSearchParams(new FormData(form)),
    });
    const answer = await sent.json();
    if (sent.ok) return thanks(form, answer);
    for (const [name, text] of Object.entries(answer.problems || {})) beside(form, name, text);
    if (sent.status !== 422) say(form, answer.detail);
    form.querySelector("[aria-invalid]")?.focus();
  } catch {
    form.submit(); // the plain way still works, and says what is wrong
  } finally {
    button.disabled = false;
  }
});

function thanks(form, answer) {
  const said = document.createElement("p");
  said.setAttribute("role", "status");
  said.tabIndex = -1;
  said.textContent = answer.heading + (answer.matter ? `: ${answer.matter.kind}, ${answer.matter.number}` : "") + "."
    + (answer.mailed ? " A receipt is on its way to the address you gave." : "");
  form.replaceWith(said);
  said.focus();
}

function beside(form, name, text) {
  const field = form.elements[name];
  if (!field) return say(form, text);
  const said = say(form, text, field);
  said.id = `${field.id}-problem`;
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", `${field.id}-purpose ${said.id}`);
}

function say(form, text, after) {
  const said = document.createElement("p");
  said.dataset.problem = "";
  said.setAttribute("role", "alert");
  said.textContent = text;
  if (after) after.after(said); else form.prepend(said);
  return said;
}
