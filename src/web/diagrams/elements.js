// @ts-check
/** DOM elements made without markup, so that text is never parsed as HTML. */

/**
 * @param {string} name
 * @param {Record<string, string | (() => void)>} properties attributes, and `click` for a click handler
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
 * A heading with its content; null without content.
 * @param {string} title
 * @param {Node[]} content
 * @returns {HTMLElement | null}
 */
export function section(title, content) {
  return content.length === 0 ? null : element('section', {}, element('h3', {}, title), ...content);
}

/**
 * The element that the served page always contains.
 * @param {string} selector
 * @param {ParentNode} within
 * @returns {HTMLElement}
 */
export function served(selector, within = document) {
  const found = within.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`The page has no ${selector}`);
  return found;
}
