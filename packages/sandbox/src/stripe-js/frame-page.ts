/** Step checkout: the page that an element's iframe loads; everything in it is made by its script. */
export const framePage = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Element</title></head>
<body><script src="/_elements/frame.js"></script></body></html>`;
