/** Which passages of lit-html's production build are cut out of the script tag, and why; exactly as published in lit-html 3.3.3. */

/** A passage, and what stands there instead: nothing where it is left out. */
export type Cut = readonly [passage: string, instead?: string];

/** Bindings stand in attributes and between elements: not on an element, in a comment, or inside textarea, title, style, script. */
const otherPlaces: readonly Cut[] = [
  ['else t.startsWith(o)&&(d.push({type:6,index:l}),r.removeAttribute(t));'],
  [':6===r.type&&(i=new Z(h,this,t))', ':0'],
  ['else{let t=-1;for(;-1!==(t=r.data.indexOf(o,t+1));)d.push({type:7,index:l}),t+=o.length-1}'],
  [
    'if(y.test(r.tagName)){const t=r.textContent.split(o),i=t.length-1;if(i>0){r.textContent=s?s.emptyScript:"";for(let s=0;s<i;s++)r.append(t[s],c()),P.nextNode(),d.push({type:2,index:++l});r.append(t[i],c())}}',
  ],
  ['(y.test(u[2])&&(n=RegExp("</"+u[2],"g")),c=p)', '(c=p)'],
];

/** Values are plain: no directive resolves them, so nobody has to hear of disconnection. */
const directives: readonly Cut[] = [
  [
    'function M(t,i,s=t,e){if(i===E)return i;let h=void 0!==e?s._$Co?.[e]:s._$Cl;const o=a(i)?void 0:i._$litDirective$;return h?.constructor!==o&&(h?._$AO?.(!1),void 0===o?h=void 0:(h=new o(t),h._$AT(t,s,e)),void 0!==e?(s._$Co??=[])[e]=h:s._$Cl=h),void 0!==h&&(i=M(t,h._$AS(t,i.values),h,e)),i}',
  ],
  ['t=M(this,t,i),a(t)', 'a(t)'],
  ['t=M(this,t,i,0),o=', 'o='],
  ['r=M(this,e[s+n],i,n),', 'r=e[s+n],'],
  ['(t=M(this,t,i,0)??A)', '(t??=A)'],
  [',V:M,', ','],
  ['_$AI(t){M(this,t)}'],
  ['for(this._$AP?.(!1,!0,s);', 'for(;'],
  ['setConnected(t){void 0===this._$AM&&(this._$Cv=t,this._$AP?.(t))}', 'setConnected(){}'],
  [',this._$Cv=e?.isConnected??!0'],
];

/** What only directives and templates compiled beforehand ask a part for. */
const partFacts: readonly Cut[] = [
  ['get parentNode(){return this._$AM.parentNode}get _$AU(){return this._$AM._$AU}u(t)', 'u(t)'],
  ['get _$AU(){return this._$AM?._$AU??this._$Cv}'],
  [
    'get parentNode(){let t=this._$AA.parentNode;const i=this._$AM;return void 0!==i&&11===t?.nodeType&&(t=i.parentNode),t}get startNode(){return this._$AA}get endNode(){return this._$AB}',
  ],
  ['get tagName(){return this.element.tagName}get _$AU(){return this._$AM._$AU}'],
  ['"number"==typeof s?this._$AC(t):(void 0===s.el&&(s.el=S.createElement(V(s.h,s.h[0]),this.options)),s)', 'this._$AC(t)'],
  ['(t?.creationScope??l).importNode', 'l.importNode'],
  ['this._$AV=[],this._$AN=void 0,', 'this._$AV=[],'],
  ['this.type=2,this._$AH=A,this._$AN=void 0,', 'this.type=2,this._$AH=A,'],
  ['this.type=1,this._$AH=A,this._$AN=void 0,', 'this.type=1,this._$AH=A,'],
];

/** Listeners are functions without options. */
const listeners: readonly Cut[] = [
  ['||t.capture!==s.capture||t.once!==s.once||t.passive!==s.passive'],
  [
    '"function"==typeof this._$AH?this._$AH.call(this.options?.host??this.element,t):this._$AH.handleEvent(t)',
    'this._$AH.call(this.options?.host??this.element,t)',
  ],
];

/** Every part is rendered at the end of a root of its own. */
const elsewhere: readonly Cut[] = [
  ['const e=s?.renderBefore??i;let h=e._$litPart$;', 'let h=i._$litPart$;'],
  [
    'const t=s?.renderBefore??null;e._$litPart$=h=new k(i.insertBefore(c(),t),t,void 0,s??{})',
    'i._$litPart$=h=new k(i.insertBefore(c(),null),null,void 0,s)',
  ],
  ['const s=i(t).nextSibling;i(t).remove(),t=s', 'const s=t.nextSibling;t.remove(),t=s'],
];

const versions: readonly Cut[] = [['B?.(S,k),(t.litHtmlVersions??=[]).push("3.3.3");'], [',B=t.litHtmlPolyfillSupport']];

/** Templates are HTML, never SVG or MathML. */
const otherMarkup: readonly Cut[] = [
  ['2===i?"<svg>":3===i?"<math>":""', '""'],
  ['+(2===i?"</svg>":3===i?"</math>":"")'],
  [
    'if(this.el=S.createElement(f,e),P.currentNode=this.el.content,2===i||3===i){const t=this.el.content.firstChild;t.replaceWith(...t.childNodes)}',
    'this.el=S.createElement(f,e),P.currentNode=this.el.content;',
  ],
];

/** By file of Lit. */
export const litCuts: Readonly<Record<string, readonly Cut[]>> = {
  '/lit-html/lit-html.js': [...otherPlaces, ...otherMarkup, ...directives, ...partFacts, ...listeners, ...elsewhere, ...versions],
};
