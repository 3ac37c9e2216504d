/** Node leaves every line where it was, so that a stack needs no source map; looking for one takes a tenth of some tests. */
process.setSourceMapsEnabled(false);
