// The "Show" button beside a passphrase. The passphrase is hidden again before it is sent, and when the page is left.
for (const button of document.querySelectorAll("button[data-shows]")) {
  const field = document.getElementById(button.dataset.shows);
  const show = (yes) => {
    field.type = yes ? "text" : "password"; // browsers remember what was typed into a text field
    button.setAttribute("aria-pressed", yes);
  };
  button.hidden = false;
  button.addEventListener("click", () => show(field.type === "password"));
  field.form.addEventListener("submit", () => show(false));
  addEventListener("pagehide", () => show(false));
}
