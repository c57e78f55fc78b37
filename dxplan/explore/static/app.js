// Rows and their places on the page light each other up: hovered, focused or chosen. Without this script the
// links still work: a box leads to its row.
"use strict";

const owners = (element) => element.dataset.row.split(" ");

function light(ids, on) {
  for (const element of document.querySelectorAll("[data-row]")) {
    if (owners(element).some((id) => ids.includes(id))) element.classList.toggle("lit", on);
  }
}

function show(element, block) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  element?.scrollIntoView({ block, behavior: calm ? "auto" : "smooth" });
}

const place = (id) => [...document.querySelectorAll(".sheet [data-row]")].find((e) => owners(e).includes(id));

for (const element of document.querySelectorAll("[data-row]")) {
  const ids = owners(element);
  for (const [name, on] of [["mouseenter", true], ["mouseleave", false], ["focusin", true], ["focusout", false]]) {
    element.addEventListener(name, () => light(ids, on));
  }
  if (element.matches(".box, .span")) {
    element.addEventListener("click", (event) => {
      event.preventDefault();
      const record = document.getElementById(`r-${ids[0]}`);
      show(record, "center");
      record?.querySelector("a")?.focus({ preventScroll: true });
    });
  }
}

// A picture that cannot be drawn, as its file has moved, leaves no hole.
for (const picture of document.querySelectorAll(".crop img")) {
  picture.addEventListener("error", () => picture.parentElement.remove());
}

// The digits give the answers of the question in focus, in their order.
for (const question of document.querySelectorAll(".ask")) {
  question.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input, select, textarea");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !/^[1-9]$/.test(event.key)) return;
    question.querySelector(`button[aria-keyshortcuts="${event.key}"]`)?.click();
  });
}

// A row that is missing is drawn: the page comes back with the words of that place, and with what was typed.
const paper = document.querySelector(".paper.drawing");
if (paper) {
  const [svg, drawn] = [paper.querySelector("svg"), document.getElementById("drawn")];
  const at = (event) => {
    const [place, view] = [svg.getBoundingClientRect(), svg.viewBox.baseVal];
    return [((event.clientX - place.left) / place.width) * view.width, ((event.clientY - place.top) / place.height) * view.height];
  };
  const box = (from, to) => [Math.min(from[0], to[0]), Math.min(from[1], to[1]), Math.max(from[0], to[0]), Math.max(from[1], to[1])];
  let from = null;
  paper.addEventListener("pointerdown", (event) => {
    from = at(event);
    paper.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  paper.addEventListener("pointermove", (event) => {
    if (!from) return;
    const [x0, y0, x1, y1] = box(from, at(event));
    for (const [name, value] of Object.entries({ x: x0, y: y0, width: x1 - x0, height: y1 - y0 })) drawn.setAttribute(name, value);
  });
  paper.addEventListener("pointerup", (event) => {
    const found = box(from, at(event));
    from = null;
    if (found[2] - found[0] < 3 || found[3] - found[1] < 3) return;
    const here = new URL(location.href);
    for (const [name, value] of new FormData(document.querySelector("form.adding"))) {
      if (name.startsWith("value.")) value ? here.searchParams.set(name, value) : here.searchParams.delete(name);
    }
    here.searchParams.set("box", found.map((side) => side.toFixed(1)).join(","));
    here.hash = "add";
    location.assign(here);
  });
}

const chosen = document.querySelector(".record.chosen");
if (chosen) {
  show(place(owners(chosen)[0]), "center");
  show(chosen, "start");
}

// The table of the view, to be pasted into a document or a sheet: with its cells, and as text with tabs.
const table = document.querySelector("main .scroll > table");
for (const button of document.querySelectorAll("button.copy")) {
  button.hidden = !table || !navigator.clipboard;
  button.addEventListener("click", async () => {
    const text = [...table.rows].map((row) => [...row.cells].map((cell) => cell.innerText.replace(/\s+/g, " ").trim()).join("\t")).join("\n");
    const kinds = { "text/plain": text, "text/html": table.outerHTML };
    const parts = Object.entries(kinds).map(([type, data]) => [type, new Blob([data], { type })]);
    await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(parts))]);
    button.textContent = button.dataset.done;
  });
}
