// A terminal's colours as elements of a page.

const NAMES = { 30: "dim", 31: "red", 32: "green", 33: "yellow", 34: "blue", 35: "magenta", 36: "cyan", 90: "dim" };
const SEQUENCE = /\x1b\[([0-9;]*)m/;

export function coloured(text) {
  const classes = new Set();
  return text.split(SEQUENCE).flatMap((piece, at) => {
    if (at % 2) {
      for (const code of piece.split(";").map(Number)) {
        if (code === 0) classes.clear();
        else if (code === 1) classes.add("bold");
        else if (code === 2) classes.add("dim");
        else if (NAMES[code]) classes.add(NAMES[code]);
      }
      return [];
    }
    if (!piece) return [];
    const span = document.createElement("span");
    span.className = [...classes].join(" ");
    span.textContent = piece;
    return [span];
  });
}
