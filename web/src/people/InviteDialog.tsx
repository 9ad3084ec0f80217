import { Alert, Button, Form, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { isApiError, type Problem } from '@/api/errors';
import { useInvite, type Invitation } from '@/api/people';
import type { Values } from '@/api/types';
import { LookupPicker } from '@/fields';
import { useTexts } from '@/i18n';
import { errorText } from '@/ui/errorText';
import { uiTexts } from '@/ui/texts';
import { LinkBox } from './LinkBox';
import './people.css';
import { peopleTexts } from './texts';

interface Filled {
  name: string;
  login: string;
  email?: string;
  phone?: string;
  position?: string;
  department_id?: string[];
  manager_id?: string[];
  language: string;
  roles: string[];
  profiles: string[];
}

/** A picker of records as the input of a form: ids in, ids out. */
function Picker({ object, multiple, value = [], onChange, id, names }: { object: string; multiple?: boolean; value?: string[]; onChange?: (ids: string[]) => void; id?: string; names?: Record<string, string> }) {
  return <LookupPicker id={id} object={object} multiple={multiple} allowClear value={value} names={names} onChange={(ids) => onChange?.(ids)} />;
}

/** A new person with a department, roles and profiles, and the link by which they get in. */
export function InviteDialog({ department, onClose }: { department?: { id: string; name: string }; onClose: () => void }) {
  const t = useTexts(peopleTexts);
  const words = useTexts(uiTexts);
  const [form] = Form.useForm<Filled>();
  const invite = useInvite();
  const [made, setMade] = useState<{ invitation: Invitation; name: string }>();
  const [refused, setRefused] = useState<string>();
  const needed = (field: 'name' | 'login') => [{ required: true, whitespace: true, message: t('needed', { field: t(field) }) }];
  const chosen = (field: 'roles' | 'profiles') => [{ required: true, type: 'array' as const, min: 1, message: t('neededRoles', { field: t(field) }) }];

  const save = async ({ roles, profiles, department_id, manager_id, ...values }: Filled) => {
    setRefused(undefined);
    const given: Values = { ...values, department_id: department_id?.[0] ?? null, manager_id: manager_id?.[0] ?? null };
    try {
      const invitation = await invite.mutateAsync({ values: Object.fromEntries(Object.entries(given).filter(([, value]) => value !== '' && value !== undefined)), roles, profiles });
      setMade({ invitation, name: values.name });
    } catch (error) {
      const problems: Problem[] = isApiError(error) ? error.problems : [];
      const shown = problems.filter(({ field }) => field && field in form.getFieldsValue());
      form.setFields(shown.map(({ field, detail }) => ({ name: field as keyof Filled, errors: [detail] })));
      if (shown.length === 0) setRefused(errorText(error, words));
    }
  };
  const again = () => {
    form.resetFields(['name', 'login', 'email', 'phone', 'position']);
    setMade(undefined);
  };
  return (
    <Modal
      open
      width={640}
      title={t('invite')}
      onCancel={onClose}
      mask={{ closable: false }}
      footer={made
        ? [<Button key="again" onClick={again}>{t('another')}</Button>, <Button key="close" type="primary" onClick={onClose}>{t('close')}</Button>]
        : [<Button key="close" onClick={onClose}>{t('close')}</Button>, <Button key="save" type="primary" loading={invite.isPending} onClick={() => { form.submit(); }}>{t('inviteOk')}</Button>]}
    >
      {made ? <LinkBox token={made.invitation.token} name={made.name} /> : null}
      {refused ? <Alert type="error" showIcon role="alert" title={refused} style={{ marginBottom: 12 }} /> : null}
      <Form<Filled>
        form={form}
        layout="vertical"
        className="people-form"
        style={made ? { display: 'none' } : undefined}
        initialValues={{ language: 'zh', department_id: department ? [department.id] : [] }}
        onFinish={(filled) => void save(filled)}
      >
        <Form.Item name="name" label={t('name')} rules={needed('name')}><Input autoFocus maxLength={80} /></Form.Item>
        <Form.Item name="login" label={t('login')} rules={needed('login')}><Input maxLength={80} autoCapitalize="none" spellCheck={false} /></Form.Item>
        <Form.Item name="email" label={t('email')}><Input type="email" /></Form.Item>
        <Form.Item name="phone" label={t('phone')}><Input type="tel" /></Form.Item>
        <Form.Item name="department_id" label={t('department')}><Picker object="department" names={department ? { [department.id]: department.name } : undefined} /></Form.Item>
        <Form.Item name="manager_id" label={t('manager')}><Picker object="user" /></Form.Item>
        <Form.Item name="roles" label={t('roles')} rules={chosen('roles')}><Picker object="role" multiple /></Form.Item>
        <Form.Item name="profiles" label={t('profiles')} rules={chosen('profiles')}><Picker object="profile" multiple /></Form.Item>
        <Form.Item name="position" label={t('position')}><Input maxLength={80} /></Form.Item>
        <Form.Item name="language" label={t('language')}>
          <Select options={[{ value: 'zh', label: '简体中文' }, { value: 'en', label: 'English' }]} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
