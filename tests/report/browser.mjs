// A headless browser for one page at a time, with everything it complains of.
import { chromium } from 'playwright-core';
import { pathToFileURL } from 'node:url';

export const openBrowser = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    // A container has no user name spaces to build a sandbox from.
    args: ['--no-sandbox'],
  });

/// Opens a file; `heard` collects errors of the console and every request but that for the file.
export const openPage = async (browser, file, options = {}) => {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
  const page = await context.newPage();
  const address = pathToFileURL(file).href;
  const heard = { errors: [], requests: [] };
  page.on('console', (message) => message.type() === 'error' && heard.errors.push(message.text()));
  page.on('pageerror', (error) => heard.errors.push(String(error)));
  page.on('request', (request) => {
    const isOwn = request.url() === address || request.url().startsWith('data:');
    if (!isOwn) heard.requests.push(request.url());
  });
  await page.goto(address);
  const hasViewer = await page.evaluate(() => document.getElementById('viewer-data') !== null);
  if (hasViewer && options.javaScriptEnabled !== false) await page.waitForSelector('#viewer', { timeout: 60000 });
  return { page, heard, close: () => context.close() };
};
