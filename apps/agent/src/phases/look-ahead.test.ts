import { expect, test } from 'vitest';
import { lookAhead } from './look-ahead.ts';

function looking(): { looked: string[]; look: (fact: string) => Promise<string> } {
  const looked: string[] = [];
  const look = (fact: string) => {
    looked.push(fact);
    return fact === 'wrong' ? Promise.reject(new Error('it was looked at in vain')) : Promise.resolve(`found ${fact}`);
  };
  return { looked, look };
}

test('what is expected is looked at before the fact is known, and once', async () => {
  const { looked, look } = looking();
  let tell: (fact: string) => void = () => undefined;
  const fact = new Promise<string>((resolve) => (tell = resolve));
  const found = lookAhead('lan', fact, look);
  expect(looked).toEqual(['lan']);
  tell('lan');
  await expect(found).resolves.toBe('found lan');
  expect(looked).toEqual(['lan']);
});

test('where the fact is another only what is found of it counts', async () => {
  const { looked, look } = looking();
  await expect(lookAhead('wrong', Promise.resolve('dmz'), look)).resolves.toBe('found dmz');
  expect(looked).toEqual(['wrong', 'dmz']);
});

test('a fact that can’t be had, and a look that fails, are told', async () => {
  const { look } = looking();
  await expect(lookAhead('lan', Promise.reject(new Error('silent')), look)).rejects.toThrow('silent');
  await expect(lookAhead('wrong', Promise.resolve('wrong'), look)).rejects.toThrow('in vain');
});
