// A plain textarea with line numbers, a Tab key that indents, and problems that lead to their line.
(() => {
  const text = document.getElementById("text");
  const gutter = document.getElementById("gutter");
  if (!text || !gutter) return;
  const INDENT = "  ";
  let shown = "";
  let leaving = false; // after Escape the Tab key moves on, as everywhere else
  let saved = text.value;

  const wrongLines = () =>
    [...document.querySelectorAll("#findings .wrong [data-line]")].map((link) => Number(link.dataset.line));

  const number = () => {
    const lines = text.value.split("\n").length;
    const wrong = new Set(wrongLines());
    const now = `${lines} ${[...wrong].join()}`;
    if (now === shown) return;
    shown = now;
    const pieces = document.createDocumentFragment();
    for (let line = 1; line <= lines; line += 1) {
      if (wrong.has(line)) {
        const mark = document.createElement("span");
        mark.className = "wrong";
        mark.textContent = line;
        pieces.append(mark, "\n");
      } else {
        pieces.append(`${line}\n`);
      }
    }
    pieces.append("\n\n"); // room for the bar to scroll by
    gutter.replaceChildren(pieces);
    follow();
  };
  const follow = () => {
    gutter.scrollTop = text.scrollTop;
  };

  const goTo = (line, column) => {
    const lines = text.value.split("\n");
    const before = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
    const here = lines[line - 1] || "";
    // Columns count letters, and a letter may be two units here.
    const at = before + [...here].slice(0, Math.max(column - 1, 0)).join("").length;
    text.focus();
    text.setSelectionRange(at, before + here.length);
    const height = parseFloat(getComputedStyle(text).lineHeight) || 20;
    text.scrollTop = Math.max(0, (line - 6) * height);
    follow();
  };

  text.addEventListener("input", number);
  text.addEventListener("scroll", follow);
  text.addEventListener("focus", () => {
    leaving = false;
  });
  text.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      leaving = true;
    } else if (event.key === "Tab" && !event.shiftKey && !event.ctrlKey && !event.altKey && !event.metaKey && !leaving) {
      event.preventDefault();
      // The old command is the only one that the Undo key takes back.
      if (!document.execCommand("insertText", false, INDENT)) {
        text.setRangeText(INDENT, text.selectionStart, text.selectionEnd, "end");
        text.dispatchEvent(new Event("input", { bubbles: true }));
      }
    } else if (event.key !== "Shift" && event.key !== "Tab") {
      leaving = false;
    }
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-line]");
    if (!link) return;
    event.preventDefault();
    goTo(Number(link.dataset.line), Number(link.dataset.column) || 1);
  });
  document.body.addEventListener("htmx:afterSwap", number);
  window.addEventListener("beforeunload", (event) => {
    if (text.value !== saved) event.preventDefault();
  });
  text.form.addEventListener("submit", (event) => {
    if (!event.submitter || !event.submitter.formTarget) saved = text.value;
  });

  number();
  const asked = /^#L(\d+)$/.exec(location.hash);
  if (asked) goTo(Number(asked[1]), 1);
})();
