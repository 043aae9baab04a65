// @ts-check
/** Before the page is painted: the colours that the reader chose the last time. A classic script, so that it blocks. */
{
  const chosen = localStorage.getItem('theme');
  if (chosen === 'light' || chosen === 'dark') document.documentElement.classList.add(`theme-${chosen}`);
}
