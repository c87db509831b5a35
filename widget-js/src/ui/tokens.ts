/** Every colour of widget and desk as [light, dark]. A test recomputes the contrasts from here. */
export const COLOURS = {
  canvas: ["#f3f2ef", "#0c1113"],
  sunken: ["#f9f8f6", "#111618"],
  surface: ["#ffffff", "#151b1e"],
  raised: ["#ffffff", "#1f2629"],
  hover: ["#edece8", "#20272a"],
  line: ["#e1e0db", "#293033"],
  "line-2": ["#ceccc6", "#3b4346"],
  edge: ["#88867e", "#6c767b"],
  ink: ["#181f23", "#e9eeef"],
  "ink-2": ["#495155", "#b4bcbf"],
  "ink-3": ["#61696d", "#929c9f"],
  accent: ["#006d7b", "#25808f"],
  "accent-on": ["#ffffff", "#ffffff"],
  "accent-hover": ["#005f6b", "#0f7381"],
  "accent-text": ["#006d7b", "#72c6d5"],
  "accent-edge": ["#006d7b", "#1b7a88"],
  "accent-wash": ["#e6f4f7", "#132f34"],
  "accent-wash-2": ["#d1edf2", "#0f3e45"],
  ok: ["#2c9e58", "#4bb870"],
  "ok-text": ["#00773b", "#7cd595"],
  "ok-wash": ["#e4f7e8", "#1a3020"],
  warn: ["#c27b00", "#d98b09"],
  "warn-text": ["#8a5600", "#f1af5d"],
  "warn-wash": ["#feeedd", "#372613"],
  "warn-line": ["#f3cda3", "#5c4221"],
  bad: ["#e24947", "#ff645f"],
  "bad-text": ["#b71824", "#ffa098"],
  "bad-wash": ["#ffecea", "#3c2220"],
  "bad-line": ["#ffc3bd", "#643a37"],
  "bad-fill": ["#c92f33", "#c43f3e"],
  "note-text": ["#7a6000", "#dcba5c"],
  "note-wash": ["#fff4d6", "#322911"],
  "note-line": ["#e6d3a0", "#54461e"],
} as const satisfies Record<string, readonly [string, string]>;

/** Hues of the faces; a person keeps one by the hash of the id. */
export const FACE_HUES = [25, 60, 100, 150, 200, 250, 300, 345] as const;

const SHADOWS = {
  s1: ["0 1px 2px rgb(24 31 35/.07)", "0 1px 2px rgb(0 0 0/.4)"],
  s2: ["0 1px 2px rgb(24 31 35/.06), 0 6px 16px -4px rgb(24 31 35/.12)", "0 6px 16px -4px rgb(0 0 0/.5), inset 0 0 0 1px rgb(255 255 255/.07)"],
  s3: ["0 2px 6px rgb(24 31 35/.06), 0 18px 48px -10px rgb(24 31 35/.26)", "0 18px 48px -10px rgb(0 0 0/.7), inset 0 0 0 1px rgb(255 255 255/.07)"],
} as const;

/** The custom properties of one theme, as declarations. */
export function declarations(theme: "light" | "dark"): string {
  const side = theme === "light" ? 0 : 1;
  const colours = Object.entries({ ...COLOURS, ...SHADOWS }).map(([name, pair]) => `--${name}:${pair[side]};`);
  const [light, chroma, ink, inkChroma] = theme === "light" ? [".90", ".05", ".36", ".09"] : [".36", ".055", ".90", ".05"];
  const faces = FACE_HUES.map((hue, n) => `--av${n}:oklch(${light} ${chroma} ${hue});--av${n}-ink:oklch(${ink} ${inkChroma} ${hue});`);
  return `color-scheme:${theme};${colours.join("")}${faces.join("")}`;
}

/** Rules for `.av0` to `.av7`. */
export const FACE_RULES = FACE_HUES.map((_, n) => `.av${n}{background:var(--av${n});color:var(--av${n}-ink)}`).join("");
