import { expect, test } from 'vitest';
import type { Bundle, BundleCondition, BundleOption } from '@/api/bundles';
import { choicesOf, heldBack, isPicked, kept, selectionIn, selectionOf, turn, type Selection } from './selection';

const option = (id: string, more: Partial<BundleOption> = {}): BundleOption => ({
  id, name: id.toUpperCase(), product: `p-${id}`, feature: null, required: false, quantity: '1', least: null, most: null, editable: false,
  bundled: false, price: '1', discount: null, usable: true, bundle: null, ...more,
});
const needs = (of: string, ...others: string[]): BundleCondition => ({ option: of, excludes: false, others });
const excludes = (of: string, ...others: string[]): BundleCondition => ({ option: of, excludes: true, others });
const bundle = (options: BundleOption[], conditions: BundleCondition[], features: Bundle['features'] = []): Bundle =>
  ({ product: 'p', name: 'P', configurable: true, features, options, conditions, chosen: [] });
const all = (...ids: string[]): Selection => Object.fromEntries(ids.map((id) => [id, { quantity: '1', parts: {} }]));
const [a, b, c, d] = [option('a'), option('b'), option('c'), option('d')] as [BundleOption, BundleOption, BundleOption, BundleOption];

test('what one depends on is chosen first; of a group one is enough', () => {
  const of = bundle([a, b, c], [needs('a', 'b', 'c')]);
  expect(heldBack(of, {}, a)).toEqual({ why: 'needs', one: ['B', 'C'] });
  expect(heldBack(of, all('c'), a)).toBeUndefined();
  expect(heldBack(of, { b: { quantity: '0', parts: {} } }, a)).toEqual({ why: 'needs', one: ['B', 'C'] });
});

test('exclusion holds both ways; of a group only all together', () => {
  const of = bundle([a, b], [excludes('a', 'b')]);
  expect(heldBack(of, all('b'), a)).toEqual({ why: 'excluded', by: ['B'] });
  expect(heldBack(of, all('a'), b)).toEqual({ why: 'excluded', by: ['A'] });
  const group = bundle([a, b, c], [excludes('a', 'b', 'c')]);
  expect(heldBack(group, all('a'), b)).toBeUndefined();
  expect(heldBack(group, all('a', 'c'), b)).toEqual({ why: 'excluded', by: ['A', 'C'] });
});

test('what depends on something goes with it, all the way, and is told', () => {
  const of = bundle([a, b, c, d], [needs('a', 'b'), needs('b', 'c')]);
  const next = turn(of, all('a', 'b', 'c', 'd'), c, false);
  expect(Object.keys(next.selection)).toEqual(['d']);
  expect(next.also.map((one) => one.name).sort()).toEqual(['A', 'B']);
});

test('what something required needs stays', () => {
  const of = bundle([option('a', { required: true }), b], [needs('a', 'b')]);
  expect(kept(of, all('a', 'b'), b)).toEqual({ why: 'neededBy', required: 'A' });
});

test('a feature with one place gives it to the next; one with more is full', () => {
  const torches = [{ id: 'f', name: 'F', least: 1, most: 1, description: null }];
  const [x, y, z] = [option('x', { feature: 'f' }), option('y', { feature: 'f' }), option('z')] as [BundleOption, BundleOption, BundleOption];
  const one = bundle([x, y, z], [needs('z', 'x')], torches);
  expect(heldBack(one, all('x'), y)).toBeUndefined();
  const next = turn(one, all('x', 'z'), y, true);
  expect([isPicked(next.selection, 'x'), isPicked(next.selection, 'y'), isPicked(next.selection, 'z')]).toEqual([false, true, false]);
  expect([next.replaced, next.also.map((gone) => gone.name)]).toEqual(['X', ['Z']]);
  const required = bundle([option('x', { feature: 'f', required: true }), y], [], torches);
  expect(heldBack(required, all('x'), y)).toEqual({ why: 'most', feature: 'F', most: 1 });
});

test('a bundle within begins as it does by itself', () => {
  const inner = { ...bundle([a, b], []), chosen: [{ option: 'b', quantity: '2', chosen: [] }] };
  const outer = bundle([option('o', { bundle: inner })], []);
  const next = turn(outer, {}, outer.options[0] as BundleOption, true);
  expect(choicesOf(next.selection)).toEqual([{ option: 'o', quantity: '1', chosen: [{ option: 'b', quantity: '2', chosen: [] }] }]);
  expect(selectionOf(choicesOf(next.selection))).toEqual(next.selection);
});

test('the lines of a bundle say what is chosen in it', () => {
  const lines = [
    { id: '1', parent: null, option: null, each: null },
    { id: '2', parent: '1', option: 'a', each: '2.00' },
    { id: '3', parent: '2', option: 'b', each: '1.00' },
    { id: '4', parent: null, option: null, each: null },
  ];
  expect(selectionIn(lines, '1')).toEqual({ a: { quantity: '2.00', parts: { b: { quantity: '1.00', parts: {} } } } });
});
