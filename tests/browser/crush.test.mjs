// A member's way to an evening: sign up, wait for approval, queue for a full event, move up when somebody cancels.
import assert from 'node:assert/strict';

import { demoPassword, followTo, logIn, openEvent } from './crush.mjs';
import { onEachDatabase } from './harness.mjs';

onEachDatabase('crush', (house, test) => {
    test('a new member is refused until a coach approves', async () => {
        const visitor = await house.visitor();
        const page = await house.open('crush', '/en/signup/', { visitor });
        await page.fill('[name=first_name]', 'Nora');
        await page.fill('[name=last_name]', 'Weyland');
        await page.fill('[name=email]', 'Nora.Weyland@example.lu');
        await page.fill('[name=password]', demoPassword);
        await page.fill('[name=password2]', demoPassword);
        await page.click('form.form-card button');
        await page.waitForURL('**/en/create-profile/');

        await openEvent(house, page, 'Mixer on the Moselle');
        assert.match(await page.locator('.aside').innerText(), /Create my profile/i);

        await page.goto(house.address('crush', '/en/create-profile/'));
        await page.fill('[name=date_of_birth]', '1994-06-15');
        await page.selectOption('[name=gender]', 'female');
        await page.fill('[name=phone]', '+352 621 123 456');
        await page.fill('[name=location]', 'Esch-sur-Alzette');
        await page.selectOption('[name=looking_for]', 'both');
        await page.fill('[name=bio]', 'I bake bread and run slowly.');
        await page.click('form.form-card button');
        await page.waitForURL('**/en/profile-submitted/');
        assert.match(await page.locator('main').innerText(), /coach is reading/i);

        await openEvent(house, page, 'Mixer on the Moselle');
        assert.match(await page.locator('.aside .refused').innerText(), /not approved yet/i);
        const answer = await page.goto(`${page.url()}register/`);
        assert.equal(answer.status(), 403);
        visitor.problems = visitor.problems.filter((problem) => !/403/.test(problem)); // the browser's word for it

        await page.goto(house.address('crush', '/en/dashboard/'));
        assert.match(await page.locator('main').innerText(), /have not registered/i);
    });

    test('the waiting list shows the place and moves up when somebody cancels', async () => {
        const member = await logIn(house, 'member@demo.example');
        await openEvent(house, member, 'Riesling and Questions');
        const event = member.url();
        await followTo(member, 'Join the waiting list');
        await member.fill('[name=dietary_restrictions]', 'Vegetarian');
        await member.click('form.form-card button');
        await member.waitForURL(event);
        assert.equal(await member.locator('.position b').innerText(), '1');

        const holder = await logIn(house, 'holder@demo.example');
        await holder.goto(event);
        await followTo(holder, 'Cancel my seat');
        await holder.click('form.form-card button');
        await holder.waitForURL('**/en/dashboard/');

        await member.reload();
        assert.equal(await member.locator('.position').count(), 0);
        assert.match(await member.locator('.aside').innerText(), /you're in/i);
        await member.goto(house.address('crush', '/en/dashboard/'));
        assert.match(await member.locator('.event', { hasText: 'Riesling and Questions' }).innerText(), /you're in/i);
    });

    test('who comes last waits last, and a seat goes to who came first', async () => {
        const first = await logIn(house, 'waiting@demo.example');
        await openEvent(house, first, 'Speed Dating under the Arches');
        const event = first.url();
        assert.equal(await first.locator('.position b').innerText(), '1');

        const last = await logIn(house, 'member@demo.example');
        await last.goto(event);
        await followTo(last, 'Join the waiting list');
        await last.click('form.form-card button');
        await last.waitForURL(event);
        const place = Number(await last.locator('.position b').innerText());
        assert.ok(place > 1, `place ${place}`);

        const holder = await logIn(house, 'holder@demo.example');
        await holder.goto(event);
        await followTo(holder, 'Cancel my seat');
        await holder.click('form.form-card button');
        await holder.waitForURL('**/en/dashboard/');

        await first.reload();
        assert.match(await first.locator('.aside').innerText(), /you're in/i);
        await last.reload();
        assert.equal(Number(await last.locator('.position b').innerText()), place - 1);
    });

    test('a private evening does not exist for who is not invited', async () => {
        const invited = await logIn(house, 'member@demo.example');
        await openEvent(house, invited, 'A Table for Twelve');
        const stranger = await logIn(house, 'holder@demo.example');
        await stranger.goto(house.address('crush', '/en/events/'));
        assert.equal(await stranger.getByText('A Table for Twelve').count(), 0);
        const answer = await stranger.goto(invited.url());
        assert.equal(answer.status(), 404);
        stranger.context().problems = stranger.context().problems.filter((problem) => !/404/.test(problem));
    });
});
