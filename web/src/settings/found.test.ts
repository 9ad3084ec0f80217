import { describe, expect, it } from 'vitest';
import { inSections, matching, shownSettings } from './found';
import type { SettingsArea } from '@/api/types';
import { ENTRIES, opensPage, SECTIONS, type PageEntry, type SettingsEntry } from './pages';

const label = (text: string) => ({ zh: text, en: `${text} en` });
const object = (name: string) => ({ name, plural: label(name), icon: 'user' });
const Page = () => null;
const entries: SettingsEntry[] = [
  { section: 'rights', object: 'role', hint: label('范围') },
  { section: 'organisation', path: 'organisation', icon: 'apartment', title: label('组织'), hint: label('树'), words: 'tree', covers: ['department'], page: Page },
  { section: 'organisation', object: 'rank', hint: label('级别') },
];

describe('the index of settings', () => {
  it('shows pages and readable objects, and whatever no entry names at the end', () => {
    const shown = shownSettings(entries, [object('role'), object('department'), object('tax_rate')]);
    expect(shown.map(({ address, section }) => [address, section])).toEqual([
      ['/o/role', 'rights'],
      ['/settings/organisation', 'organisation'],
      ['/o/tax_rate', 'more'],
    ]);
  });

  it('leaves out the pages that somebody may not open', () => {
    const opens = (areas: SettingsArea[]) => (entry: PageEntry) => opensPage({ administers: false, areas }, entry);
    const addresses = (areas: SettingsArea[]) => shownSettings(ENTRIES, [], opens(areas)).map((one) => one.address);
    expect(addresses([])).toEqual([]);
    expect(addresses(['audit', 'rights'])).toEqual(['/settings/profiles', '/settings/audit']);
    expect(shownSettings(ENTRIES, [], (entry) => opensPage({ administers: true, areas: [] }, entry)).map((one) => one.address)).toContain('/settings/dimensions');
  });

  it('finds by all words, in both languages and by what else people call it', () => {
    const shown = shownSettings(entries, [object('role'), object('rank')]);
    expect(matching(shown, ' ')).toHaveLength(3);
    expect(matching(shown, 'TREE').map((one) => one.address)).toEqual(['/settings/organisation']);
    expect(matching(shown, '组织 树')).toHaveLength(1);
    expect(matching(shown, '组织 级别')).toHaveLength(0);
  });

  it('groups in the order of the sections', () => {
    expect(inSections(shownSettings(entries, [object('role'), object('rank')])).map(([section]) => section)).toEqual(['organisation', 'rights']);
  });

  it('names each page and object once', () => {
    const names = ENTRIES.map((entry) => ('path' in entry ? `/${entry.path}` : entry.object));
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(SECTIONS).size).toBe(SECTIONS.length);
  });
});
