// Lets people drag topics to another place. The drop-down lists do the same, with a keyboard or without this script.
const form = document.querySelector("form.topics");
const status = form.querySelector("[role=status]");
let dragged, home, unsaved;

for (const item of form.querySelectorAll("li[data-topic]")) item.draggable = true;

// Update the drop-down lists to match what is visible, and tell screen readers.
function placed(item) {
  unsaved = true;
  for (const list of form.querySelectorAll("ol[data-session]")) {
    list.nextElementSibling.hidden = list.children.length > 0;
    [...list.children].forEach((each, index) => {
      const [session, place] = each.querySelectorAll("select");
      session.value = list.dataset.session;
      place.value = index + 1;
    });
  }
  const list = item.parentNode;
  const said = [item.dataset.topic, list.dataset.name, [...list.children].indexOf(item) + 1];
  status.textContent = said.reduce((words, each) => words.replace("%s", each), status.dataset.said);
}

form.addEventListener("change", ({ target }) => {
  const item = target.closest("li[data-topic]");
  unsaved = true;
  if (!target.matches("select")) return;
  const [session, place] = item.querySelectorAll("select");
  const list = form.querySelector(`ol[data-session="${session.value}"]`);
  const others = [...list.children].filter((each) => each !== item);
  list.insertBefore(item, others[place.value - 1] ?? null);
  target.focus();
  placed(item);
});

form.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("li[data-topic]");
  if (!dragged) return;
  home = { list: dragged.parentNode, next: dragged.nextElementSibling };
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", "");
  dragged.classList.add("dragged");
});

form.addEventListener("dragover", (event) => {
  const list = event.target.closest("section")?.querySelector("ol");
  if (!dragged || !list) return;
  event.preventDefault();
  const below = [...list.children].find((item) => {
    const box = item.getBoundingClientRect();
    return item !== dragged && event.clientY < box.top + box.height / 2;
  });
  list.insertBefore(dragged, below ?? null);
});

form.addEventListener("drop", (event) => {
  if (!dragged) return;
  event.preventDefault();
  home = null;
  placed(dragged);
});

form.addEventListener("dragend", () => {
  dragged?.classList.remove("dragged");
  if (home) home.list.insertBefore(dragged, home.next);
  dragged = home = null;
});

// Sending any form, even for leaving the site or signing out, needs no warning about unsaved changes.
addEventListener("submit", () => (unsaved = false));
addEventListener("beforeunload", (event) => unsaved && event.preventDefault());
