/** The rich text input: a small editor whose content is read as a rich_text block. */

import { make } from "./dom.js";
import { renderRichText } from "./richtext.js";

const TOOLS = [
  ["bold", "Bold", "B"],
  ["italic", "Italic", "I"],
  ["strikeThrough", "Strikethrough", "S"],
  ["insertUnorderedList", "Bulleted list", "•"],
  ["insertOrderedList", "Numbered list", "1."],
];
const STYLES = {
  B: "bold",
  STRONG: "bold",
  I: "italic",
  EM: "italic",
  S: "strike",
  STRIKE: "strike",
  DEL: "strike",
  CODE: "code",
  U: "underline",
};

/** A rich_text_input element. */
export function renderRichTextInput(slot, labelling) {
  const { element } = slot;
  const editor = make("div", {
    class: "editor",
    contenteditable: "true",
    role: "textbox",
    "aria-multiline": "true",
    "data-control": true,
    "data-key": slot.key,
    "data-placeholder": element.placeholder?.text ?? "",
    ...labelling,
  });
  editor.style.minHeight = `${(element.min_lines ?? 3) * 1.5 + 1}em`;
  editor.style.maxHeight = `${(element.max_lines ?? 8) * 1.5 + 1}em`;
  if (slot.value) editor.append(...renderRichText(slot.value, slot.directory));
  editor.addEventListener("input", () => {
    if (!editor.textContent.trim() && !editor.querySelector("li")) editor.replaceChildren();
    slot.keep(readRichText(editor));
    editor.dispatchEvent(new Event("changed", { bubbles: true }));
  });
  editor.addEventListener("paste", (event) => {
    event.preventDefault(); // what comes in is text, whatever it was elsewhere
    document.execCommand("insertText", false, event.clipboardData.getData("text/plain"));
  });
  const tools = TOOLS.map(([command, label, sign]) => {
    const press = (event) => {
      event.preventDefault();
      editor.focus();
      document.execCommand(command);
    };
    return make(
      "button",
      {
        type: "button",
        class: `tool tool-${command}`,
        "aria-label": label,
        title: label,
        onmousedown: (event) => event.preventDefault(),
        onclick: press,
      },
      sign,
    );
  });
  return make(
    "div",
    { class: "rich-input" },
    make("div", { class: "tools", role: "toolbar", "aria-label": "Formatting" }, tools),
    editor,
  );
}

/** The editor's content as a rich_text block, or null when there is none. */
export function readRichText(editor) {
  const parts = [];
  let line = [];
  const flush = () => {
    if (line.length) parts.push({ type: "rich_text_section", elements: line });
    line = [];
  };
  for (const node of editor.childNodes) {
    if (node.nodeName === "UL" || node.nodeName === "OL") {
      flush();
      const items = [...node.querySelectorAll("li")].map((item) => ({
        type: "rich_text_section",
        elements: readInline(item, {}),
      }));
      parts.push({ type: "rich_text_list", style: node.nodeName === "OL" ? "ordered" : "bullet", elements: items });
    } else if (node.nodeName === "DIV" || node.nodeName === "P") {
      if (line.length) line.push({ type: "text", text: "\n" });
      const list = node.querySelector("ul, ol");
      if (list) {
        flush();
        parts.push(...(readRichText(node)?.elements ?? []));
      } else line.push(...readInline(node, {}));
    } else {
      line.push(...readInline(node, {}));
    }
  }
  flush();
  return parts.some((part) => part.elements.length) ? { type: "rich_text", elements: parts } : null;
}

function readInline(node, style) {
  if (node.nodeType === Node.TEXT_NODE) return node.data ? [dressText(node.data, style)] : [];
  if (node.nodeName === "BR") return node.nextSibling ? [{ type: "text", text: "\n" }] : [];
  const own = STYLES[node.nodeName] ? { ...style, [STYLES[node.nodeName]]: true } : style;
  if (node.nodeName === "A" && node.href)
    return [
      { type: "link", url: node.href, text: node.textContent, ...(Object.keys(own).length ? { style: own } : {}) },
    ];
  return [...node.childNodes].flatMap((child) => readInline(child, own));
}

function dressText(text, style) {
  const plain = text.replaceAll("\u00a0", " ");
  return Object.keys(style).length ? { type: "text", text: plain, style } : { type: "text", text: plain };
}
