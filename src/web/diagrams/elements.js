// @ts-check
/** Elements of the page, made without markup: whatever a text holds, it stays text. */

/**
 * @param {string} name
 * @param {Record<string, string | (() => void)>} properties attributes, and `click` for what a click does
 * @param {(Node | string | null)[]} children
 * @returns {HTMLElement}
 */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (typeof value === 'function') made.addEventListener(key, value);
    else made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/**
 * A heading and what stands below it; nothing when there is nothing to stand there.
 * @param {string} title
 * @param {Node[]} content
 * @returns {HTMLElement | null}
 */
export function section(title, content) {
  return content.length === 0 ? null : element('section', {}, element('h3', {}, title), ...content);
}

/**
 * The element of a selector that is there because the page was served with it.
 * @param {string} selector
 * @param {ParentNode} within
 * @returns {HTMLElement}
 */
export function served(selector, within = document) {
  const found = within.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`The page has no ${selector}`);
  return found;
}
