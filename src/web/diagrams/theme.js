// @ts-check
/** Applies the reader's chosen theme before the first paint. A classic script, because it blocks rendering. */
{
  const chosen = localStorage.getItem('theme');
  if (chosen === 'light' || chosen === 'dark') document.documentElement.classList.add(`theme-${chosen}`);
}
