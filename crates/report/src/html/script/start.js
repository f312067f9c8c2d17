// A piece that fails leaves the page as it is printed, and the others start all the same.
document.documentElement.classList.add('scripted');
[startHistograms, startViewer].forEach((start) => {
  Promise.resolve().then(start).catch((error) => console.error(error));
});
