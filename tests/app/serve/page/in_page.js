/** What is done in the page itself: functions that use nothing from outside themselves. JavaScript, as the tests know no DOM. */

/**
 * What stands in the way of people who do not see or point, found in the page itself: controls without a name, names that
 * point nowhere, headings out of order, text with too little contrast (WCAG 2.2 AA), and what is wider than the window.
 *
 * @returns {string[]} a sentence each
 */
export function findFaults() {
  const faults = [];
  const seen = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const nameOf = (element) => {
    const label = element.getAttribute("aria-label") ?? "";
    const labels = [...element.labels ?? []].map((one) => one.textContent).join(" ");
    const text = /^(?:BUTTON|A|SUMMARY)$/.test(element.tagName) ? element.textContent ?? "" : "";
    return (label || labels || text || element.getAttribute("title") || "").trim();
  };
  for (
    const element of document.querySelectorAll("button, a[href], input, select, textarea, summary, [role], [tabindex]")
  ) {
    const role = element.getAttribute("role");
    if (!seen(element) || element.type === "hidden") continue;
    if (["status", "alert", "option"].includes(role ?? "") || element.id === "content") continue;
    if (element.tagName === "PRE" || nameOf(element) !== "") continue;
    faults.push(`no name: ${element.outerHTML.slice(0, 120)}`);
  }
  for (const image of document.querySelectorAll("img")) {
    if (!image.hasAttribute("alt")) faults.push(`no alternative text: ${image.outerHTML.slice(0, 120)}`);
  }
  const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) faults.push(`two elements have the id ${id}`);
  const active = document.querySelector("[aria-activedescendant]")?.getAttribute("aria-activedescendant");
  if (active && !ids.includes(active)) faults.push(`aria-activedescendant names no element: ${active}`);
  let level = 0;
  for (const heading of document.querySelectorAll("h1, h2, h3, h4")) {
    const next = Number(heading.tagName[1]);
    if (level > 0 && next > level + 1) faults.push(`a heading is left out before "${heading.textContent}"`);
    level = next;
  }
  if (document.querySelectorAll("main").length !== 1) faults.push("there is not one main");
  if (!document.documentElement.lang) faults.push("no language is said");

  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const read = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const groundOf = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      const colour = read(getComputedStyle(at).backgroundColor);
      if (colour[3] > 0) layers.push(colour);
      if (colour[3] === 1) break;
    }
    let under = [255, 255, 255, 1];
    for (const [r, g, b, a] of layers.reverse()) {
      under = [r * a + under[0] * (1 - a), g * a + under[1] * (1 - a), b * a + under[2] * (1 - a), 1];
    }
    return under;
  };
  const light = (colour) => {
    const [r, g, b] = colour.map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const told = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.textContent?.trim() || !seen(element) || /^(?:SCRIPT|STYLE|NOSCRIPT|OPTION)$/.test(element.tagName)) {
      continue;
    }
    if (element.closest(":disabled, .hidden-words, .skip")) continue;
    const style = getComputedStyle(element);
    const [a, b] = [light(read(style.color)), light(groundOf(element))].sort((x, y) => y - x);
    const contrast = (a + 0.05) / (b + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const words = `contrast ${contrast.toFixed(2)}: "${node.textContent.trim().slice(0, 40)}" (${element.className})`;
    if (contrast < (large ? 3 : 4.5) && !told.has(words)) {
      told.add(words);
      faults.push(words);
    }
  }
  const wide = document.documentElement.scrollWidth - innerWidth;
  if (wide > 0) faults.push(`the page is ${wide} pixels wider than the window`);
  for (const card of document.querySelectorAll(".card, .note, .figure")) {
    const over = card.scrollWidth - card.clientWidth;
    if (over > 1) faults.push(`${over} pixels stand out of ${card.className}: "${card.textContent?.slice(0, 40)}"`);
  }
  return faults;
}

/** Puts one fault of each kind into the page. */
export function addFaults() {
  const card = document.createElement("section");
  card.className = "card";
  card.innerHTML = `<button></button><img src="/page/icon.svg"><h4>Left out</h4><p>Pale</p>
    <div>Wide</div><i id="app"></i>`;
  // The page's rules forbid styles in HTML.
  Object.assign(card.querySelector("p").style, { color: "#999", background: "#fff" });
  card.querySelector("div").style.width = "3000px";
  document.querySelector("main").append(card);
}

/**
 * Drops a picture onto an element.
 *
 * @param {{ dispatchEvent(event: object): boolean }} element
 * @param {number[]} bytes
 */
export function dropPicture(element, bytes) {
  const transfer = new DataTransfer();
  transfer.items.add(new File([new Uint8Array(bytes)], "dropped.png", { type: "image/png" }));
  element.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true }));
}

/**
 * Where the focus is: which of the areas of the page, in the order in which they are seen, -1 for none of them; undefined where
 * nothing has it.
 *
 * @returns {number | undefined}
 */
export function focusedArea() {
  const element = document.activeElement;
  if (element === document.body) return undefined;
  const areas = "header.bar, .columns > .stack";
  return [...document.querySelectorAll(areas)].indexOf(element.closest(areas));
}

/**
 * Whether a picture has come and could be read.
 *
 * @param {HTMLImageElement} element
 */
export function isDrawn(element) {
  return element.complete && element.naturalWidth > 0;
}
