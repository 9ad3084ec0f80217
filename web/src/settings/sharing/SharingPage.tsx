import { PlusOutlined } from '@ant-design/icons';
import { Button, Skeleton, Tag } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useModel, type ObjectModel } from '@/api/metadata';
import { useSharing, type SharedObject, type SharingRule } from '@/api/sharing';
import { useLabel, useTexts } from '@/i18n';
import { ObjectIcon } from '@/ui/objectIcon';
import { ErrorState } from '@/ui/states';
import { RuleRow } from './RuleRow';
import './sharing.css';
import { sharingTexts } from './texts';

const RuleDrawer = lazy(() => import('./RuleDrawer'));
const DefaultDialog = lazy(() => import('./DefaultDialog'));

const COLORS = { private: undefined, public_read: 'blue', public_edit: 'green', parent: undefined } as const;

type Open = { kind: 'rule'; object: ObjectModel; rule?: SharingRule } | { kind: 'default'; object: ObjectModel; shared: SharedObject };

/** Every object with its default and its rules. */
export default function SharingPage() {
  const t = useTexts(sharingTexts);
  const model = useModel();
  const found = useSharing();
  const [open, setOpen] = useState<Open>();
  const close = () => { setOpen(undefined); };
  const place = (shared: SharedObject) => model.object(shared.name)?.navigation ?? 1000;
  return (
    <div className="sharing">
      <header>
        <h1>{t('title')}</h1>
        <p>{t('hint')}</p>
      </header>
      {found.isPending ? <Skeleton active paragraph={{ rows: 8 }} /> : null}
      {found.error ? <ErrorState error={found.error} onRetry={() => void found.refetch()} /> : null}
      {found.data?.objects.toSorted((a, b) => place(a) - place(b)).map((shared) => {
        const object = model.object(shared.name);
        return object ? (
          <ObjectPart
            key={shared.name}
            object={object}
            shared={shared}
            rules={found.data.rules.filter((rule) => rule.object === shared.name)}
            onOpen={setOpen}
          />
        ) : null;
      })}
      <Suspense>
        {open?.kind === 'rule' ? <RuleDrawer object={open.object} rule={open.rule} onClose={close} /> : null}
        {open?.kind === 'default' ? <DefaultDialog object={open.object} shared={open.shared} onClose={close} /> : null}
      </Suspense>
    </div>
  );
}

interface PartProps {
  object: ObjectModel;
  shared: SharedObject;
  rules: SharingRule[];
  onOpen: (open: Open) => void;
}

function ObjectPart({ object, shared, rules, onOpen }: PartProps) {
  const t = useTexts(sharingTexts);
  const label = useLabel();
  const model = useModel();
  const name = label(object.label);
  const master = shared.master ? label(model.object(shared.master)?.label) : '';
  return (
    <section className="sharing-object" aria-label={name}>
      <div className="sharing-object-head">
        <h2><ObjectIcon icon={object.icon} /> {name}</h2>
        <span className="sharing-default">
          <span>{t('default')}</span>
          <Tag color={COLORS[shared.sharing]}>{shared.sharing === 'parent' ? t('parent', { master }) : t(shared.sharing)}</Tag>
          {shared.choices.length > 0 ? (
            <Button type="link" size="small" aria-label={t('changeDefaultOf', { object: name })} onClick={() => { onOpen({ kind: 'default', object, shared }); }}>
              {t('changeDefault')}
            </Button>
          ) : null}
        </span>
        {shared.rules ? (
          <Button size="small" icon={<PlusOutlined />} aria-label={t('newRuleOf', { object: name, objects: label(object.plural) })} onClick={() => { onOpen({ kind: 'rule', object }); }}>
            {t('newRule')}
          </Button>
        ) : null}
      </div>
      {rules.length > 0 ? (
        <ul className="sharing-rules">
          {rules.map((rule) => <RuleRow key={rule.id} object={object} rule={rule} onEdit={() => { onOpen({ kind: 'rule', object, rule }); }} />)}
        </ul>
      ) : null}
    </section>
  );
}
