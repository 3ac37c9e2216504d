// What the owner's own site does around the widgets. It is a classic script, so that it has run before the widgets start.
// `?lang=he` and `?theme=dark` stand for whatever decides language and theme on your site.
const query = new URLSearchParams(location.search);
const page = document.documentElement;
if (query.get('theme')) page.style.colorScheme = query.get('theme');
if (query.get('lang') === 'he') {
  page.lang = 'he';
  page.dir = 'rtl';
  for (const element of document.querySelectorAll('[data-he]')) element.textContent = element.dataset.he;
}

// The links of this site keep language and theme.
for (const link of document.querySelectorAll('a[href$=".html"]')) {
  for (const name of ['lang', 'theme']) {
    if (query.has(name)) {
      const url = new URL(link.href);
      url.searchParams.set(name, query.get(name));
      link.href = url;
    }
  }
}

// "Signed in as": your backend knows this from its own session. Here the browser remembers it, and /demo/token signs for anybody.
const visitor = localStorage.getItem('demo-visitor') ?? '';
const choice = document.querySelector('#visitor');
choice.value = visitor;
choice.addEventListener('change', () => {
  localStorage.setItem('demo-visitor', choice.value);
  sessionStorage.clear();
  location.reload();
});
if (visitor) document.querySelector('till-provider').setAttribute('token-url', `/demo/token?sub=${visitor}`);

// What a page does with a finished purchase: your own words, your own analytics.
document.addEventListener('till-checkout-complete', () => {
  document.querySelector('.thanks').textContent = page.lang === 'he' ? 'תודה. הכול מוכן.' : 'Thank you. Everything is set up.';
});
