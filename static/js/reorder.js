// Topics can be dragged to another place. The buttons do the same with a keyboard, and without this.
const form = document.querySelector("form.topics");
const to = form.querySelector("input[name=to]");
const status = form.querySelector("[role=status]");
let dragged, home;

for (const item of form.querySelectorAll("li[data-topic]")) item.draggable = true;

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
  const list = dragged.parentNode;
  const next = dragged.nextElementSibling;
  if (list === home.list && next === home.next) return;
  home = null;
  to.disabled = false;
  to.value = [dragged.dataset.topic, list.dataset.session, next?.dataset.topic ?? ""].join(" ").trim();
  const title = dragged.querySelector("b").textContent;
  status.textContent = status.dataset.said.replace("%s", title).replace("%s", list.dataset.name);
  form.submit();
});

form.addEventListener("dragend", () => {
  dragged?.classList.remove("dragged");
  if (home) home.list.insertBefore(dragged, home.next);
  dragged = home = null;
});
