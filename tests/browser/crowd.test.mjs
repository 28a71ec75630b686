// A hundred members press Register for thirty seats in the same moment, over HTTP.
import assert from 'node:assert/strict';
import http from 'node:http';

import { demoPassword } from './crush.mjs';
import { onEachDatabase } from './harness.mjs';

const clients = 100;
const seats = 30;

/** A browser without a window: one connection, its cookies, an address of its own on the loopback network. */
class Client {
    #cookies = new Map();
    #agent;

    constructor(house, number) {
        this.house = house;
        this.#agent = new http.Agent({ keepAlive: true, maxSockets: 1, localAddress: `127.0.1.${number}` });
    }

    request(method, path, body) {
        return new Promise((resolve, reject) => {
            const headers = {
                host: `crush.localhost:${this.house.server.port}`,
                cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '),
            };
            if (body) headers['content-type'] = 'application/x-www-form-urlencoded';
            const request = http.request(
                { host: '127.0.0.1', port: this.house.server.port, method, path, headers, agent: this.#agent },
                (response) => {
                    for (const cookie of response.headers['set-cookie'] ?? []) {
                        const [, name, value] = cookie.match(/^([^=]+)=([^;]*)/);
                        this.#cookies.set(name, value);
                    }
                    let text = '';
                    response.setEncoding('utf8').on('data', (chunk) => { text += chunk; });
                    response.on('end', () => resolve({ status: response.statusCode, location: response.headers.location, text }));
                    response.on('error', reject);
                });
            request.setTimeout(60_000, () => request.destroy(new Error(`no answer to ${method} ${path}`)));
            request.on('error', reject);
            request.end(body && new URLSearchParams(body).toString());
        });
    }

    /** Opens a page with a form: what its submission needs. */
    async form(path) {
        const page = await this.request('GET', path);
        assert.equal(page.status, 200, `GET ${path}`);
        const token = page.text.match(/name="csrf_token" value="([^"]+)"/);
        assert.ok(token, `${path} has no form`);
        return { csrf_token: token[1] };
    }

    async logIn(email) {
        const answer = await this.request('POST', '/en/login/', { ...(await this.form('/en/login/')), email, password: demoPassword });
        assert.equal(answer.status, 303, `log in as ${email}`);
    }

    close() {
        this.#agent.destroy();
    }
}

onEachDatabase('crowd', (house, test) => {
    test(`${clients} at the door of ${seats} seats`, async () => {
        const list = await house.request('crush', '/en/events/?type=mixer');
        const event = list.body.match(/href="(\/en\/events\/\d+\/)"[^>]*>Mixer on the Moselle</)?.[1];
        assert.ok(event, 'the event is listed');

        const crowd = Array.from({ length: clients }, (_, i) => new Client(house, i + 1));
        try {
            const ready = await Promise.all(crowd.map(async (client, i) => {
                await client.logIn(`member-${i + 1}@demo.example`);
                return client.form(`${event}register/`);
            }));
            const answers = await Promise.all(crowd.map((client, i) =>
                client.request('POST', `${event}register/`, { ...ready[i], dietary_restrictions: '', special_requests: '' })));
            assert.deepEqual(answers.filter(({ status, location }) => status !== 303 || location !== event), []);

            const pages = await Promise.all(crowd.map((client) => client.request('GET', event)));
            const places = pages.map(({ text }) => Number(text.match(/class="position"><b>(\d+)</)?.[1] ?? 0));
            const waiting = places.filter((place) => place > 0).sort((a, b) => a - b);
            assert.deepEqual(waiting, Array.from({ length: clients - seats }, (_, i) => i + 1), 'places 1 to 70');
            const confirmed = pages.filter(({ text }) => text.includes('<p class="badge good">'));
            assert.equal(confirmed.length, seats);
        } finally {
            for (const client of crowd) client.close();
        }
    });
});
