/** Set-up of the widgets' tests: a file begins in a tab that keeps nothing of the file before it. */
sessionStorage.clear();
localStorage.clear();
