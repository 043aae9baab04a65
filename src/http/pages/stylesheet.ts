/** The style of the pages: the reader's own fonts, the reader's choice of light or dark, readable from a width of 320 pixels. */
export const stylesheet = `
:root {
  color-scheme: light dark;
  --ground: #ffffff; --text: #1c2024; --quiet: #5b646d; --line: #d9dee3; --block: #f4f6f8; --accent: #0b57a4; --on-accent: #ffffff; --edge: #7a858f; --alarm: #a32018;
}
@media (prefers-color-scheme: dark) {
  :root { --ground: #14171a; --text: #e6e9ec; --quiet: #a3adb6; --line: #333a41; --block: #1e2328; --accent: #82b8f2; --on-accent: #10161c; --edge: #78838d; --alarm: #ff9a92; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 1.0625rem/1.6 system-ui, sans-serif; overflow-wrap: break-word; }
main { max-width: 46rem; margin: 0 auto; padding: clamp(1.5rem, 6vw, 4rem) clamp(1rem, 5vw, 2rem); }
h1 { margin: 0 0 0.75rem; font-size: clamp(1.6rem, 5vw, 2.25rem); line-height: 1.2; text-wrap: balance; }
h2 { margin: 2.5rem 0 0.75rem; font-size: 1.25rem; line-height: 1.3; }
h3 { margin: 2rem 0 0.5rem; font-size: 1.0625rem; }
p { margin: 0 0 1rem; }
a { color: var(--accent); text-underline-offset: 0.15em; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
code { font: 0.9em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
:not(pre) > code { padding: 0.1em 0.3em; border-radius: 4px; background: var(--block); }
pre { margin: 0 0 1rem; padding: 0.75rem 1rem; white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid var(--line); border-radius: 6px; background: var(--block); }
iframe { width: 100%; height: 38rem; border: 1px solid var(--line); border-radius: 6px; }
.lead { font-size: 1.15rem; }
.note { padding: 0.6rem 1rem; border-left: 3px solid var(--accent); background: var(--block); }
ul, ol { padding-left: 1.4rem; }
li { margin-bottom: 0.4rem; }
.steps li::marker { font-weight: 600; color: var(--quiet); }
.steps p { margin-bottom: 0.5rem; }
dt { font-weight: 600; }
dd { margin: 0 0 1rem; }
table { width: 100%; border-collapse: collapse; font-size: 0.95rem; }
th, td { padding: 0.5rem 0.75rem 0.5rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { color: var(--quiet); font-weight: 600; }
.consent label { display: block; margin-bottom: 0.25rem; font-weight: 600; }
.consent input { width: 100%; min-height: 2.75rem; padding: 0.4rem 0.6rem; font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--edge); border-radius: 8px; }
.consent input[aria-invalid] { border-color: var(--alarm); }
.consent button { min-height: 2.75rem; padding: 0.4rem 1rem; font: inherit; color: var(--text); background: var(--block); border: 1px solid var(--edge); border-radius: 8px; cursor: pointer; }
.consent button:hover { border-color: var(--accent); }
.consent button.primary { font-weight: 600; color: var(--on-accent); background: var(--accent); border-color: var(--accent); }
.consent span { color: var(--quiet); }
.consent strong { display: block; color: var(--alarm); }
.consent ul { padding: 0; list-style: none; }
.consent li { margin-bottom: 1rem; }
.consent li span { display: block; margin-top: 0.25rem; }
.decisions { display: flex; flex-wrap: wrap; gap: 0.75rem; }
@media (max-width: 32rem) {
  thead { position: absolute; clip-path: inset(50%); }
  tr { display: grid; grid-template-columns: 3rem 1fr; border-bottom: 1px solid var(--line); padding: 0.5rem 0; }
  td { padding: 0; border: 0; }
  td:last-child { grid-column: 2; }
}
`;
