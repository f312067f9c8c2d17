// What of a page lies over something else or beyond its own box; runs inside the page.
export const layoutFaults = () => {
  const faults = [];
  const screen = document.documentElement;
  if (screen.scrollWidth > screen.clientWidth) faults.push(`the page scrolls sideways: ${screen.scrollWidth} > ${screen.clientWidth}`);
  const name = (node) => `${node.tagName.toLowerCase()} "${node.textContent.trim().slice(0, 40)}" in ${node.closest('[id]')?.id}`;
  const isSeen = (node) => {
    const box = node.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && getComputedStyle(node).visibility === 'visible' && !node.closest('thead, .sheet');
  };
  // Text that is wider than the box it stands in, where the box does not scroll. A head hidden on a telephone counts for nothing.
  const heads = [...document.querySelectorAll('thead')].filter((head) => head.getBoundingClientRect().width > 1);
  const cells = [...document.querySelectorAll('td > span, tbody th, dd, li, p, figcaption, label, h1, h2, h3, .legend .at')].filter(isSeen);
  [...cells, ...heads.flatMap((head) => [...head.querySelectorAll('th')])].forEach((node) => {
    if (node.scrollWidth > node.clientWidth + 1 && node.clientWidth > 0) faults.push(`${name(node)} is wider than its box`);
  });
  // On a screen the whole table of lesions is seen: its last column says how far the others may be read.
  document.querySelectorAll('#lesions .scroll').forEach((box) => {
    if (screen.clientWidth > 1000 && box.scrollWidth > box.clientWidth + 1) faults.push(`the table of lesions is ${box.scrollWidth - box.clientWidth} px too wide`);
  });
  // Neighbours that stand side by side or below each other must not share ground.
  const groups = 'tr, .legend, .legend li > label, .smalls, .slices, .readout, .controls, .facts, main, section, figure, .key > div';
  document.querySelectorAll(groups).forEach((group) => {
    const parts = [...group.children].filter(isSeen).map((node) => [node, node.getBoundingClientRect()]);
    parts.forEach(([node, a], n) => parts.slice(n + 1).forEach(([other, b]) => {
      const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (width > 1.5 && height > 1.5) faults.push(`${name(node)} lies over ${name(other)}`);
    }));
  });
  // Texts of one drawing.
  document.querySelectorAll('svg').forEach((svg) => {
    const texts = [...svg.querySelectorAll('text')].map((node) => [node, node.getBoundingClientRect()]).filter(([, box]) => box.width > 0);
    texts.forEach(([node, a], n) => texts.slice(n + 1).forEach(([other, b]) => {
      const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      // Boxes of text have some air above and below.
      if (width > 1 && height > 4) faults.push(`text ${node.textContent} lies over ${other.textContent} in ${svg.closest('section')?.id}`);
    }));
  });
  return faults.slice(0, 12);
};

// Text whose contrast with what is behind it is below 4.5 to 1 (WCAG 2.1, 1.4.3); texts over pictures aside.
export const contrastFaults = () => {
  const parse = (colour) => colour.match(/[\d.]+/g).map(Number);
  const luminance = (rgb) => {
    const [r, g, b] = rgb.slice(0, 3).map((channel) => {
      const part = channel / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const faults = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || node.closest('script, .sheet, title') || !node.getClientRects().length) continue;
    const style = getComputedStyle(node);
    const [a, b] = [luminance(parse(node.closest('svg') ? style.fill : style.color)), luminance(behind(node))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) faults.add(`${contrast.toFixed(2)} in ${node.tagName} .${node.getAttribute('class')}`);
  }
  return [...faults];
};
