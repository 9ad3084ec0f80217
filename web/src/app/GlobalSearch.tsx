import { SearchOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { AutoComplete, Input, type InputRef } from 'antd';
import { useState, type RefObject } from 'react';
import { useNavigate } from 'react-router';
import { searchQuery, useSearch } from '@/api/lookup';
import { useModel } from '@/api/metadata';
import type { Hit } from '@/api/types';
import { detailText } from '@/fields/phone';
import { useLabel, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { useIsPhone } from '@/ui/useViewport';
import { ObjectIcon } from '@/ui/objectIcon';
import { useDebounced } from '@/ui/useDebounced';
import { appTexts } from './texts';

/** Hits under the heads of their objects, in the order in which the server ranked the objects. */
export function grouped(hits: Hit[]): [string, Hit[]][] {
  const groups = new Map<string, Hit[]>();
  for (const hit of hits) groups.set(hit.object, [...(groups.get(hit.object) ?? []), hit]);
  return [...groups];
}

/** One box for all objects: type, choose by arrow keys, Enter opens. */
export function GlobalSearch({ input }: { input: RefObject<InputRef | null> }) {
  const t = useTexts(appTexts);
  const label = useLabel();
  const model = useModel();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { failed } = useFeedback();
  const phone = useIsPhone();
  const [text, setText] = useState('');
  const settled = useDebounced(text.trim(), 180);
  const found = useSearch(settled);
  const hits = settled === '' ? [] : (found.data ?? []);

  const options = grouped(hits).map(([name, list]) => {
    const object = model.object(name);
    return {
      label: <span className="search-group"><ObjectIcon icon={object?.icon} /> {label(object?.plural) || name}</span>,
      options: list.map((hit) => ({
        value: `${hit.object}/${hit.id}`,
        label: (
          <div className="search-hit">
            <span>{hit.name ?? hit.id}</span>
            {hit.detail ? <span className="search-detail">{detailText(hit.detail)}</span> : null}
          </div>
        ),
      })),
    };
  });
  const waiting = settled !== text.trim() || found.isFetching;
  const nothing = text.trim() === '' ? null : waiting ? t('searching') : t('nothingFound', { text: settled });

  const open = (address: string) => {
    setText('');
    input.current?.blur();
    void navigate(`/o/${address}`);
  };
  /** Enter came before the hits: the first of them opens when they are there, unless the person typed on. */
  const openFirst = async (sought: string) => {
    try {
      const [first] = await client.fetchQuery(searchQuery(sought));
      if (first && input.current?.input?.value.trim() === sought) open(`${first.object}/${first.id}`);
    } catch (error) {
      failed(error);
    }
  };

  return (
    <AutoComplete
      className="global-search"
      options={options}
      value={text}
      defaultActiveFirstOption
      popupMatchSelectWidth={phone ? true : 440}
      listHeight={420}
      showSearch={{ filterOption: false, onSearch: setText }}
      notFoundContent={nothing}
      // Hits of an older text are not what was meant.
      onSelect={(address: string) => { if (!waiting) open(address); }}
    >
      <Input
        ref={input}
        prefix={<SearchOutlined style={{ color: 'var(--ink-3)' }} />}
        suffix={phone || text ? null : <kbd title={t('searchKey')}>/</kbd>}
        placeholder={t('searchAll')}
        aria-label={t('keySearch')}
        onKeyDown={(event) => {
          if (event.key === 'Escape') {
            setText('');
            input.current?.blur();
          } else if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
            // Opening a hit moves the focus: the rest of the key press must not push the button that gets it.
            event.preventDefault();
            if (waiting && text.trim() !== '') void openFirst(text.trim());
          }
        }}
      />
    </AutoComplete>
  );
}
