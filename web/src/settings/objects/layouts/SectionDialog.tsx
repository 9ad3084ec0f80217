import { Form, Input, Modal, Segmented, Switch } from 'antd';
import { useState } from 'react';
import type { ObjectModel } from '@/api/metadata';
import { useTexts } from '@/i18n';
import { FilterBuilder, fromJson, toJson } from '@/records/list';
import { focusFirst } from '@/ui/focus';
import type { SectionDraft } from './draft';
import { layoutTexts } from './texts';

interface Props {
  object: ObjectModel;
  section: SectionDraft;
  onSave: (changes: Partial<SectionDraft>) => void;
  onClose: () => void;
}

/** What each write changes by itself: a form cannot know it. */
const MOVING = new Set(['id', 'version', 'updated_at', 'updated_by_id']);

export function SectionDialog({ object, section, onSave, onClose }: Props) {
  const t = useTexts(layoutTexts);
  const [zh, setZh] = useState(section.label.zh);
  const [en, setEn] = useState(section.label.en);
  const [columns, setColumns] = useState(section.columns);
  const [collapsed, setCollapsed] = useState(section.collapsed);
  const [when, setWhen] = useState(() => fromJson(section.visible_when));
  const save = () => {
    onSave({ label: { zh: zh.trim() || en.trim(), en: en.trim() || zh.trim() }, columns, collapsed, visible_when: toJson(when) });
  };
  return (
    <Modal open width={620} afterOpenChange={focusFirst} title={t('sectionSettings')} okButtonProps={{ disabled: !zh.trim() && !en.trim() }} onOk={save} onCancel={onClose}>
      <Form layout="vertical" component="div" className="layout-form">
        <div className="layout-pair">
          <Form.Item label={t('labelZh')} htmlFor="section-zh"><Input id="section-zh" value={zh} maxLength={80} onFocus={(event) => { event.target.select(); }} onChange={(event) => { setZh(event.target.value); }} onPressEnter={save} /></Form.Item>
          <Form.Item label={t('labelEn')} htmlFor="section-en"><Input id="section-en" value={en} maxLength={80} onChange={(event) => { setEn(event.target.value); }} onPressEnter={save} /></Form.Item>
        </div>
        <div className="layout-pair">
          <Form.Item label={t('columns')}>
            <Segmented aria-label={t('columns')} value={columns} options={[{ value: 1, label: t('one') }, { value: 2, label: t('two') }]} onChange={setColumns} />
          </Form.Item>
          <Form.Item label={t('collapsed')}><Switch aria-label={t('collapsed')} checked={collapsed} onChange={setCollapsed} /></Form.Item>
        </div>
        <Form.Item label={t('condition')} extra={t('conditionHint')}>
          <FilterBuilder object={object} group={when} ownOnly without={MOVING} onChange={setWhen} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
