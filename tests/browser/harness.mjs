// What a browser test starts with: a server of its own with demo data, on SQLite and again on PostgreSQL, and a browser.
//
//     onEachDatabase('home pages', (house, test) => {
//         test('crush', async () => {
//             const page = await house.open('crush', '/');
//             assert.equal(await page.title(), 'Crush.lu');
//         });
//     });
//
// CTest sets ENTREPRINDER_BINARY; tests/support/with-postgres sets ENTREPRINDER_TEST_POSTGRES.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { promisify } from 'node:util';

import { chromium } from 'playwright-core';

const run = promisify(execFile);
const startSeconds = 60;
const stopSeconds = 15;

export const sites = ['crush', 'vinsdelux', 'powerup'];

function environment(name) {
    assert.ok(process.env[name], `${name} is not set: run this through tests/support/with-postgres ctest -L browser`);
    return process.env[name];
}

async function psql(statement) {
    await run('psql', ['-X', '-v', 'ON_ERROR_STOP=1', '-d', environment('ENTREPRINDER_TEST_POSTGRES'), '-c', statement]);
}

/** An empty database of its own: { url, drop }. */
async function createDatabase(kind) {
    if (kind === 'sqlite') {
        const directory = await mkdtemp(path.join(tmpdir(), 'entreprinder-browser-'));
        return { url: `sqlite:///${directory}/test.sqlite3`, drop: () => rm(directory, { recursive: true }) };
    }
    const name = `browser_${randomBytes(6).toString('hex')}`;
    await psql(`CREATE DATABASE ${name}`);
    const url = new URL(environment('ENTREPRINDER_TEST_POSTGRES'));
    url.pathname = `/${name}`;
    return { url: url.href, drop: () => psql(`DROP DATABASE ${name} WITH (FORCE)`) };
}

/** Starts `entreprinder serve` and resolves once it has printed its addresses: { port, output(), stop }. */
async function serve(url) {
    const binary = environment('ENTREPRINDER_BINARY');
    // The server ends with this process even if that is killed: the kernel sends the signal.
    const server = spawn('setpriv', ['--pdeathsig', 'TERM', binary, 'serve', '--database', url, '--port', '0'], {
        stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const exited = new Promise((resolve) => {
        server.on('exit', (code, signal) => resolve(signal ?? code));
        server.on('error', (error) => { output += error; resolve('not started'); });
    });
    const port = await new Promise((resolve, reject) => {
        const deadline = setTimeout(() => {
            server.kill('SIGKILL');
            reject(new Error(`serve printed no address within ${startSeconds} s:\n${output}`));
        }, startSeconds * 1000);
        const read = (chunk) => {
            output += chunk;
            const address = output.match(/http:\/\/crush\.localhost:(\d+)\//);
            if (!address) return;
            clearTimeout(deadline);
            resolve(Number(address[1]));
        };
        server.stdout.setEncoding('utf8').on('data', read);
        server.stderr.setEncoding('utf8').on('data', read);
        exited.then((status) => {
            clearTimeout(deadline);
            reject(new Error(`serve ended (${status}) before it printed its address:\n${output}`));
        });
    });
    return {
        port,
        output: () => output,
        /** As Ctrl-C does: it must end by itself, and well. */
        async stop() {
            server.kill('SIGINT');
            const killer = setTimeout(() => server.kill('SIGKILL'), stopSeconds * 1000);
            const status = await exited;
            clearTimeout(killer);
            server.stdout.destroy(); // a process that it left behind would hold them, and this one, open
            server.stderr.destroy();
            assert.equal(status, 0, `serve must stop cleanly within ${stopSeconds} s of an interrupt; its output:\n${output}`);
        },
    };
}

/** A served house with demo data on one database, and a browser to visit it with. */
class House {
    #undo = [];
    #browser;
    #contexts = [];

    async start(kind) {
        try {
            await this.#start(kind);
        } catch (error) {
            await this.stop().catch(() => {}); // older versions of Node run no after() behind a failed before()
            throw error;
        }
    }

    async #start(kind) {
        const binary = environment('ENTREPRINDER_BINARY');
        this.database = await createDatabase(kind);
        this.#undo.push(() => this.database.drop());
        await run(binary, ['migrate', '--database', this.database.url]);
        await run(binary, ['loaddemo', '--database', this.database.url, '--scale', '0.01', '--if-empty']);
        this.server = await serve(this.database.url);
        this.#undo.push(() => this.server.stop());
        this.#browser = await chromium.launch({
            executablePath: process.env.ENTREPRINDER_CHROMIUM ?? '/usr/bin/chromium',
            args: [
                '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
                '--disable-background-networking', '--disable-component-update', '--disable-sync',
                // Our sites are on this machine, and nothing else is anywhere: a page that loads from outside fails its test.
                '--host-resolver-rules=MAP *.localhost 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
            ],
        });
        this.#undo.push(() => this.#browser.close());
    }

    async stop() {
        const failures = [];
        for (const undo of this.#undo.splice(0).reverse()) await undo().catch((error) => failures.push(error));
        if (failures.length) throw failures[0];
    }

    address(site, target = '/') {
        return `http://${site}.localhost:${this.server.port}${target}`;
    }

    /** A fresh visitor (no cookies). What goes wrong in the page is collected in visitor.problems. */
    async visitor(options = {}) {
        // Without motion, so that a click does not meet a page that is still scrolling smoothly: between the button's down
        // and up something else would lie under the pointer, and that is no click.
        const visitor = await this.#browser.newContext({
            locale: 'en-GB', timezoneId: 'Europe/Luxembourg', reducedMotion: 'reduce', ...options,
        });
        this.#contexts.push(visitor);
        visitor.problems = [];
        visitor.on('page', (page) => {
            page.on('pageerror', (error) => visitor.problems.push(`${page.url()}: ${error}`));
            page.on('requestfailed', (request) => {
                const why = request.failure()?.errorText;
                // Going to another page gives up what the last one was still loading.
                if (why !== 'net::ERR_ABORTED') visitor.problems.push(`${request.url()}: ${why}`);
            });
            page.on('console', (message) => {
                if (message.type() === 'error') visitor.problems.push(`${page.url()}: ${message.text()}`);
            });
        });
        return visitor;
    }

    /** Opens a page as `visitor`, or as a fresh one, and expects `status` after redirects. */
    async open(site, target, { visitor, status = 200 } = {}) {
        const page = await (visitor ?? (await this.visitor())).newPage();
        const response = await page.goto(this.address(site, target));
        assert.equal(response.status(), status, `GET ${response.url()}`);
        return page;
    }

    /** A request without a browser and without following redirects: { status, headers, body }. */
    request(site, target, { method = 'GET', headers = {}, body } = {}) {
        return new Promise((resolve, reject) => {
            const request = http.request({
                host: '127.0.0.1', port: this.server.port, path: target, method, agent: false,
                headers: { host: `${site}.localhost:${this.server.port}`, ...headers },
            }, (response) => {
                let text = '';
                response.setEncoding('utf8').on('data', (chunk) => { text += chunk; });
                response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body: text }));
                response.on('error', reject);
            });
            request.setTimeout(30_000, () => request.destroy(new Error(`no answer to ${method} ${target}`)));
            request.on('error', reject);
            request.end(body);
        });
    }

    /** What a failure is read by: each page's address and text, and the end of the server's log. */
    async situation() {
        const pages = this.#contexts.flatMap((context) => context.pages());
        const seen = await Promise.all(pages.map(async (page) => {
            const text = await page.locator('body').innerText({ timeout: 2000 }).catch((error) => `(no text: ${error.message})`);
            return `--- ${page.url()}\n${text.slice(0, 1500)}`;
        }));
        const log = this.server.output().trimEnd().split('\n').slice(-25).join('\n');
        return `${seen.join('\n')}\n--- the server's last lines\n${log}`;
    }

    /** After each test: no visitor's browser may have had anything to complain about. */
    async closeVisitors() {
        const contexts = this.#contexts.splice(0);
        for (const context of contexts) await context.close();
        assert.deepEqual(contexts.flatMap((context) => context.problems), [], 'the browser reported problems');
    }
}

/** Declares the tests of `body(house, test)` twice: on SQLite and on PostgreSQL. `test` is node's; what fails shows where it stood. */
export function onEachDatabase(name, body) {
    for (const kind of ['sqlite', 'postgres']) {
        describe(`${name} (${kind})`, () => {
            const house = new House();
            before(() => house.start(kind));
            after(() => house.stop());
            afterEach(() => house.closeVisitors());
            body(house, (title, steps) => test(title, async () => {
                try {
                    await steps();
                } catch (error) {
                    console.error(`${name} (${kind}): ${title}\n${await house.situation()}`);
                    throw error;
                }
            }));
        });
    }
}
