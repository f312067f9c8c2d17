// Pictures of a report as desktop, telephone and paper show it: node tests/report/pictures.mjs RESULTS FOLDER
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { openBrowser, openPage } from './browser.mjs';

const [results, folder] = process.argv.slice(2);
const file = join(results, 'report.html');
const browser = await openBrowser();
const shoot = async (name, sections, viewport) => {
  const { page, close } = await openPage(browser, file, { viewport });
  // Where the pointer is, its readout is.
  const pointAt = async (selector, x, y) => {
    const target = page.locator(selector).first();
    await target.scrollIntoViewIfNeeded();
    const box = await target.boundingBox();
    await page.mouse.move(box.x + box.width * x, box.y + box.height * y);
  };
  for (const section of sections) {
    if (section === 'slices' && name === 'phone') {
      // As the screen shows it: the readout stays at its lower edge.
      await page.locator('#slices').evaluate((node) => node.scrollIntoView());
      await page.screenshot({ path: join(folder, 'report-phone-slices.png') });
      continue;
    }
    if (section === 'slices') await pointAt('#viewer [data-plane=axial] canvas', 0.72, 0.5);
    if (section === 'dvh') await pointAt('#dvh svg.plot', 0.5, 0.4);
    await page.locator(`#${section}`).screenshot({ path: join(folder, `report-${name}-${section}.png`) });
  }
  if (name === 'desktop') await page.pdf({ path: join(folder, 'report.pdf'), preferCSSPageSize: true });
  await close();
};
await shoot('desktop', ['prescription', 'lesions', 'dvh', 'slices', 'projections', 'time-activity', 'uncertainty', 'limits'], { width: 1200, height: 900 });
await shoot('phone', ['lesions', 'dvh', 'slices'], { width: 390, height: 844 });
await browser.close();
// Pages as pictures.
execFileSync('pdftoppm', ['-r', '70', '-l', '7', '-png', join(folder, 'report.pdf'), join(folder, 'report-print')]);
rmSync(join(folder, 'report.pdf'));
