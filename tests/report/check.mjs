// What the page must do, on pages of an invented case (a folder of HTML files) and of simulated ones (a folder of results).
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openBrowser, openPage } from './browser.mjs';
import { contrastFaults, layoutFaults } from './layout.mjs';
import { readNifti } from './nifti.mjs';

const [cases, runs] = process.argv.slice(2);
const browser = await openBrowser();
let checked = 0;
const check = async (name, run) => {
  try {
    await run();
    checked += 1;
    console.log(`ok      ${name}`);
  } catch (error) {
    process.exitCode = 1;
    console.log(`FAILED  ${name}\n${error.stack}`);
  }
};
const withPage = async (file, run, options) => {
  const { page, heard, close } = await openPage(browser, file, options);
  try {
    await run(page);
    assert.deepEqual(heard, { errors: [], requests: [] });
  } finally {
    await close();
  }
};
const significant = (value, digits) => Number(value.toPrecision(digits));
// A value and its u, as the page writes them: u to two digits but never fewer than the whole number, the value to match.
const withUncertainty = (value, u) => {
  const exponent = Number(u.toExponential(1).split('e')[1]);
  const decimals = Math.min(Math.max(1 - exponent, 0), 9);
  return [value.toFixed(decimals), u.toFixed(decimals)];
};

const pages = readdirSync(cases).filter((name) => name.endsWith('.html')).map((name) => join(cases, name));
const reports = readdirSync(runs).map((name) => join(runs, name));
for (const file of [...pages, ...reports.map((run) => join(run, 'report.html'))]) {
  await check(`${file}: under 5 MB, no error, no request, nothing overlaps or overflows, contrast`, async () => {
    assert.ok(statSync(file).size < 5e6, `${statSync(file).size} bytes`);
    for (const [width, height] of [[1200, 900], [390, 844]]) {
      await withPage(file, async (page) => {
        assert.deepEqual(await page.evaluate(layoutFaults), [], `${width} px`);
        assert.deepEqual(await page.evaluate(contrastFaults), [], `${width} px`);
        assert.equal(await page.evaluate(() => [...document.images].filter((image) => !image.alt).length), 0);
        assert.equal(await page.evaluate(() => document.querySelectorAll('table th:not([scope])').length), 0);
      }, { viewport: { width, height } });
    }
  });
  await check(`${file}: whole without script`, () =>
    withPage(file, async (page) => {
      for (const svg of await page.locator('#dvh svg.plot').all()) assert.ok(await svg.isVisible());
      assert.equal(await page.locator('input, button, canvas').count(), 0);
    }, { javaScriptEnabled: false }));
  await check(`${file}: print to PDF has every section and every lesion`, () =>
    withPage(file, async (page) => {
      // What is switched off on the screen is on paper all the same.
      const box = page.locator('.legend input').first();
      if (await box.count()) await box.uncheck();
      const pdf = `${file}.pdf`;
      await page.evaluate(() => window.addEventListener('beforeprint', () => {
        window.hiddenOnPaper = document.querySelectorAll('#dvh .curve.off').length;
      }));
      await page.pdf({ path: pdf, preferCSSPageSize: true });
      assert.equal(await page.evaluate(() => window.hiddenOnPaper), 0);
      if (await box.count()) assert.ok(!(await box.isChecked()), 'the screen is as it was before');
      const text = execFileSync('pdftotext', ['-layout', pdf, '-']).toString().replace(/\s+/g, ' ');
      const titles = await page.locator('main h2').allTextContents();
      assert.ok(titles.length >= 6);
      for (const title of titles) assert.ok(text.includes(title.replace(/\s+/g, ' ')), `${title} is missing`);
      assert.ok(text.includes('Research use only'));
      assert.ok(!text.includes('Pointer') && !text.includes('Lesions all none'), 'controls are not printed');
    }));
}

await check('the layout and the contrast that are looked for are found', () =>
  withPage(join(cases, '6.html'), async (page) => {
    const faults = async (css) => {
      const style = await page.addStyleTag({ content: css });
      const found = [...await page.evaluate(layoutFaults), ...await page.evaluate(contrastFaults)];
      await style.evaluate((node) => node.remove());
      return found.join('\n');
    };
    assert.equal(await faults('p {}'), '');
    assert.match(await faults('table { width: 140vw !important; } .scroll { overflow: visible !important; }'), /sideways/);
    assert.match(await faults('#dvh { margin-top: -4rem !important; }'), /lies over/);
    assert.match(await faults('.small text { font-size: 30px !important; }'), /text .* lies over/);
    assert.match(await faults('.caption { color: #999 !important; }'), /2\.8\d in P/);
  }));

await check('names stay text', () =>
  withPage(join(cases, '60.html'), async (page) => {
    const names = await page.locator('#lesions tbody th bdi').allTextContents();
    assert.ok(names.includes('<script>alert(1)</script>') && names.includes('肺転移'));
    assert.equal(await page.evaluate(() => document.querySelectorAll('script:not([type])').length), 1);
  }));

await check('another script is refused by the policy', async () => {
  const { page, close } = await openPage(browser, join(cases, '1.html'));
  await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.intruder = true';
    document.body.append(script);
  });
  assert.equal(await page.evaluate(() => window.intruder), undefined);
  await close();
});

for (const run of reports) {
  const { lesions } = JSON.parse(readFileSync(join(run, 'lesions.json')));
  const file = join(run, 'report.html');

  await check(`${run}: the table equals lesions.json`, () =>
    withPage(file, async (page) => {
      const rows = await page.locator('#lesions tbody tr').evaluateAll((rows) => rows.map((row) => ({
        name: row.querySelector('th').textContent,
        cells: Object.fromEntries([...row.querySelectorAll('td')].map((cell) => [cell.dataset.title, cell.textContent])),
      })));
      assert.equal(rows.length, lesions.length);
      rows.forEach(({ name, cells }, n) => {
        const lesion = lesions[n];
        assert.equal(name, `${lesion.label} ${lesion.name}`);
        const mean = cells['Mean dose as measured ± u (k = 1)'].split(' ± ');
        assert.deepEqual(mean, withUncertainty(lesion.dose_mean_Gy, lesion.dose_mean_u_Gy));
        // The corrected mean leads where there is one, with its u in Gy and in %.
        const corrected = cells['Mean dose corrected for blur ± u (k = 1)'];
        assert.equal(corrected !== undefined && corrected !== '–', lesion.dose_mean_corrected_Gy !== null);
        if (lesion.dose_mean_corrected_Gy !== null) {
          assert.deepEqual(corrected.split(' ± '), withUncertainty(lesion.dose_mean_corrected_Gy, lesion.dose_mean_corrected_u_Gy));
          const relative = (100 * lesion.dose_mean_corrected_u_Gy) / lesion.dose_mean_corrected_Gy;
          assert.equal(parseFloat(cells['u of it']), relative >= 99.5 ? Math.round(relative) : significant(relative, 2));
        }
        for (const [title, key] of [['D98 as measured', 'D98_Gy'], ['D95 as measured', 'D95_Gy'], ['D50 as measured', 'D50_Gy'], ['D2 as measured', 'D2_Gy'],
          ['Volume', 'volume_mL'], ['Equivalent diameter', 'equivalent_diameter_mm']]) {
          assert.equal(Number(cells[title]), significant(lesion[key], 3), `${name} ${title}`);
        }
      });
    }));

  await check(`${run}: a lesion switched off loses its curve, by mouse and by key`, () =>
    withPage(file, async (page) => {
      const curve = page.locator('#dvh svg.plot').first().locator('.curve[data-lesion="0"]');
      const box = page.locator('.legend input').first();
      assert.ok(await curve.isVisible());
      await box.click();
      assert.ok(!(await curve.isVisible()));
      await box.focus();
      await page.keyboard.press('Space');
      assert.ok(await curve.isVisible());
      await page.getByRole('button', { name: 'none' }).click();
      assert.equal(await page.locator('#dvh .curve[data-lesion]:visible').count(), 0);
    }));

  await check(`${run}: the curves say dose and volume at the pointer, on every axis`, () =>
    withPage(file, async (page) => {
      const svg = page.locator('#dvh svg.plot').first();
      const at = () => page.locator('.legend .at').first().textContent();
      const hover = async () => {
        await svg.scrollIntoViewIfNeeded();
        const box = await svg.boundingBox();
        await page.mouse.move(box.x + box.width * 0.3, box.y + box.height * 0.4);
        const spot = (await page.locator('.at-cursor').textContent()).match(/At ([\d.]+) .* and ([\d.]+) /).slice(1).map(Number);
        const [volume, dose] = (await at()).split('; ').map((text) => (text === '–' ? null : Number.parseFloat(text)));
        return { spot, volume, dose };
      };
      const rows = readFileSync(join(run, 'dvh.csv'), 'utf8').trim().split('\n').slice(1)
        .map((row) => row.split(',').slice(-2).map(Number));
      // Up to where the volume falls to 0, the first lesion's rows.
      const curve = rows.slice(0, rows.findIndex(([, fraction]) => fraction === 0) + 1);
      const expected = (dose) => {
        const next = curve.findIndex(([d]) => d >= dose);
        if (next < 0) return 0;
        if (next === 0) return 100;
        const [[d0, f0], [d1, f1]] = [curve[next - 1], curve[next]];
        return 100 * (f0 + ((dose - d0) / (d1 - d0)) * (f1 - f0));
      };
      const found = await hover();
      // The pointer's dose is shown with three digits: the curve may differ by as much as it falls over half a digit.
      const half = 0.5 * 10 ** (Math.floor(Math.log10(found.spot[0])) - 2);
      assert.ok(found.volume <= expected(found.spot[0] - half) + 0.06 && found.volume >= expected(found.spot[0] + half) - 0.06,
        JSON.stringify(found));
      await page.getByRole('button', { name: '% of mean' }).click();
      assert.ok((await svg.textContent()).includes('% of the lesion’s mean'));
      await page.getByRole('button', { name: 'mL' }).click();
      const millilitres = await hover();
      assert.ok(millilitres.volume <= significant(lesions[0].volume_mL, 3));
      assert.ok((await svg.textContent()).includes('Volume (mL)'));
      await svg.focus();
      await page.mouse.move(0, 0);
      await page.keyboard.press('ArrowRight');
      assert.notEqual(await at(), '');
    }));

  await check(`${run}: sliders and keys change the slice`, () =>
    withPage(file, async (page) => {
      for (const plane of ['axial', 'coronal', 'sagittal']) {
        const figure = page.locator(`#viewer [data-plane=${plane}]`);
        const picture = () => figure.locator('canvas').evaluate((canvas) => canvas.toDataURL());
        const before = await picture();
        const slider = figure.locator('input');
        const start = Number(await slider.inputValue());
        await slider.focus();
        await page.keyboard.press('ArrowLeft');
        assert.equal(Number(await slider.inputValue()), start - 1);
        const moved = await picture();
        assert.notEqual(moved, before);
        await figure.locator('canvas').focus();
        await page.keyboard.press('PageUp');
        assert.equal(Number(await slider.inputValue()), start);
        assert.equal(await picture(), before);
      }
    }));

  await check(`${run}: the dose under pointer and crosshair is the voxel's`, () =>
    withPage(file, async (page) => {
      const [name] = readdirSync(run).filter((entry) => /^dose(_per_GBq)?\.nii\.gz$/.test(entry));
      const dose = readNifti(join(run, name));
      const u = readNifti(join(run, 'uncertainty.nii.gz'));
      const read = async (id) => {
        const part = async (which) => (await page.locator(`#${id} .${which}`).textContent()).replaceAll('−', '-');
        return { where: await part('where'), dose: await part('dose'), u: await part('u'), voxel: await part('voxel') };
      };
      let shown = 0;
      const compare = (found) => {
        const voxel = found.voxel.match(/\d+/g).map(Number);
        const point = found.where.match(/-?[\d.]+/g).map(Number);
        // Half a voxel at most, seen along each axis.
        const size = [0, 1, 2].map((axis) => [0, 1, 2].reduce((sum, column) => {
          const step = voxel.map((n, k) => n + (k === column ? 1 : 0));
          return sum + Math.abs(dose.point(step)[axis] - dose.point(voxel)[axis]);
        }, 0));
        dose.point(voxel).forEach((x, axis) => assert.ok(Math.abs(x - point[axis]) <= size[axis] / 2 + 0.06, JSON.stringify(found)));
        const value = dose.value(voxel);
        if (found.dose.startsWith('<')) {
          assert.ok(value < Number(found.dose.match(/[\d.]+/)[0]) * 1.005, `${value} ${found.dose}`);
          return;
        }
        shown += 1;
        assert.equal(Number.parseFloat(found.dose), value >= 1000 ? Math.round(significant(value, 3)) : significant(value, 3));
        const relative = (100 * u.value(voxel)) / value;
        const text = found.u.replace('± ', '');
        if (text === 'unknown') assert.ok(!Number.isFinite(relative));
        else if (!/over|under/.test(text)) assert.equal(Number.parseFloat(text), significant(relative, 2));
      };
      for (const plane of ['axial', 'coronal', 'sagittal']) {
        const canvas = page.locator(`#viewer [data-plane=${plane}] canvas`);
        await canvas.scrollIntoViewIfNeeded();
        const box = await canvas.boundingBox();
        for (const [x, y] of [[0.5, 0.5], [0.31, 0.62], [0.66, 0.27], [0.43, 0.55]]) {
          await page.mouse.move(box.x + x * box.width, box.y + y * box.height);
          compare(await read('at-pointer'));
        }
      }
      // The hottest voxel of a lesion, where the page opens; then its neighbours by keys, then a click elsewhere.
      compare(await read('at-crosshair'));
      const hottest = Math.max(...lesions.map((lesion) => lesion.dose_max_Gy ?? 0));
      assert.equal(Number.parseFloat((await read('at-crosshair')).dose), significant(hottest, 3));
      assert.ok((await page.locator('#at-crosshair .lesion').textContent()).length > 1);
      await page.locator('#viewer [data-plane=axial] canvas').focus();
      for (const key of ['ArrowLeft', 'ArrowUp', 'PageDown', 'ArrowDown', 'ArrowRight']) {
        await page.keyboard.press(key);
        compare(await read('at-crosshair'));
      }
      await page.locator('#viewer [data-plane=coronal] canvas').click({ position: { x: 60, y: 90 } });
      compare(await read('at-crosshair'));
      assert.ok(shown >= 5, `only ${shown} voxels had a dose to compare`);
    }));
}

await browser.close();
console.log(process.exitCode ? 'some checks failed' : `${checked} checks passed`);
