// Elements are made and filled as text, never as markup: a name stays a name.
const element = (name, attributes = {}, ...children) => {
  const made = document.createElement(name);
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  made.append(...children);
  return made;
};

const svgElement = (name, attributes, text = '') => {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  made.textContent = text;
  return made;
};

// What a data block of the page holds; null where the page has none.
const data = (id) => {
  const block = document.getElementById(id);
  return block && JSON.parse(block.textContent);
};
