/**
 * Everything an administrator can set, in the order in which the index shows it. A setting is either the list of an
 * object (rank, role, …: nothing to build) or a page of its own, at /settings/PATH. A new page is one entry here.
 */
import { lazy, type ComponentType } from 'react';
import type { Label, SessionUser, SettingsArea } from '@/api/types';

const AuditPage = lazy(() => import('./audit/AuditPage'));
const ConfigurationPage = lazy(() => import('./configuration/ConfigurationPage'));
const DimensionsPage = lazy(() => import('./dimensions/DimensionsPage'));
const ObjectsPage = lazy(() => import('./objects/ObjectsPage'));
const RegistriesPage = lazy(() => import('./registries/RegistriesPage'));
const SearchSettingsPage = lazy(() => import('./search/SearchSettingsPage'));
const SharingPage = lazy(() => import('./sharing/SharingPage'));
const SignInPolicyPage = lazy(() => import('./sign-in/SignInPolicyPage'));

export const SECTIONS = ['organisation', 'rights', 'security', 'business', 'objects', 'more'] as const;
export type Section = (typeof SECTIONS)[number];

interface Entry {
  section: Section;
  /** What it is for, in one line. */
  hint: Label;
  /** Other words by which people look for it. */
  words?: string;
}

export interface ObjectEntry extends Entry {
  object: string;
}

export interface PageEntry extends Entry {
  path: string;
  icon: string;
  title: Label;
  page: ComponentType;
  /** The area that opens it to who has only some; without one it is for administrators as a whole. */
  area?: SettingsArea;
  /** Objects that are set on this page, so that the index does not list them a second time. */
  covers?: string[];
}

export type SettingsEntry = ObjectEntry | PageEntry;

export const ENTRIES: SettingsEntry[] = [
  { section: 'organisation', path: 'organisation', area: 'people', icon: 'apartment', title: { zh: '组织架构', en: 'Organisation' }, hint: { zh: '部门树、负责人、人员，移动与合并', en: 'The tree of departments, heads and people; move and merge' }, words: '部门 邀请 department unit invite', covers: ['department'], page: lazy(() => import('./organisation/OrganisationPage')) },
  { section: 'organisation', object: 'user', hint: { zh: '人员账号、部门、上级与状态', en: 'Accounts of people, their department, manager and state' }, words: '员工 成员 账号 人员 member employee account' },
  { section: 'organisation', object: 'rank', hint: { zh: '可比较高低的职级，供审批使用', en: 'Comparable levels of people, for approvals' }, words: '级别 level grade' },
  { section: 'organisation', object: 'public_group', hint: { zh: '用于共享的一组人、部门或角色', en: 'People, departments and roles under one name, for sharing' }, words: '组 group team' },
  { section: 'organisation', object: 'process_group', hint: { zh: '审批与工作流中的一组人', en: 'People that approvals and workflows name' }, words: '审批 approval' },
  { section: 'organisation', object: 'assistant', hint: { zh: '助理可查看经理能看到的记录', en: 'Who sees what a manager sees' }, words: '秘书 代理 secretary delegate' },
  { section: 'rights', object: 'role', hint: { zh: '查看与编辑数据的范围', en: 'How far people see and edit records' }, words: '数据权限 范围 scope' },
  {
    section: 'rights', path: 'profiles', area: 'rights', icon: 'SafetyCertificateOutlined', title: { zh: '职能', en: 'Profiles' }, covers: ['profile'],
    page: lazy(() => import('./profiles/ProfilesPage')),
    hint: { zh: '能使用哪些对象、操作和字段', en: 'Which objects, actions and fields people may use' }, words: '权限集 功能 权限矩阵 字段权限 permission matrix',
  },
  {
    section: 'rights', path: 'dimensions', icon: 'cluster', page: DimensionsPage, words: '区域 产品线 业务 行业 多维度 region product line',
    covers: ['dimension', 'dimension_node', 'dimension_object', 'dimension_combination', 'user_dimension_node'],
    title: { zh: '数据维度', en: 'Dimensions' }, hint: { zh: '部门之外的数据权限维度：区域、产品线等', en: 'What decides about records beside departments: regions, product lines' },
  },
  {
    section: 'rights', path: 'sharing', area: 'sharing', icon: 'share', page: SharingPage, covers: ['sharing_rule', 'sharing_rule_target'], words: '共享规则 默认权限 rule default',
    title: { zh: '共享设置', en: 'Sharing' }, hint: { zh: '对象的默认权限，以及按所有人或条件共享的规则', en: 'What everybody sees of an object, and rules by owner or condition' },
  },
  {
    section: 'security', path: 'sign-in', area: 'sign_in', icon: 'key', page: SignInPolicyPage, covers: ['sign_in_policy'], words: '密码 锁定 会话 password lock session',
    title: { zh: '登录策略', en: 'Sign-in policy' }, hint: { zh: '密码要求、锁定与会话时长', en: 'Passwords, lock-out and how long sessions last' },
  },
  {
    section: 'security', path: 'audit', area: 'audit', icon: 'AuditOutlined', page: AuditPage, covers: ['audit_entry'], words: '日志 登录 导出 log login export',
    title: { zh: '审计日志', en: 'Audit log' }, hint: { zh: '谁在什么时候登录、导出、更改了设置', en: 'Who signed in, exported and changed settings, and when' },
  },
  {
    section: 'objects', path: 'objects', area: 'objects', icon: 'AppstoreOutlined', title: { zh: '对象管理', en: 'Objects' }, page: ObjectsPage,
    hint: { zh: '新建与修改对象、字段和选项，立即生效', en: 'Make and change objects, fields and options, in force at once' }, words: '字段 自定义 布局 field custom layout',
  },
  {
    section: 'objects', path: 'option-sets', icon: 'UnorderedListOutlined', title: { zh: '通用选项集', en: 'Option sets' }, page: lazy(() => import('./option-sets/OptionSetsPage')),
    hint: { zh: '多个字段共用的选项：币种、省市区、行业、来源等', en: 'Options that fields share: currencies, regions, industries, sources' }, words: '选项 币种 省市区 行业 来源 线索来源 下拉 picklist currency region industry source',
  },
  {
    section: 'objects', path: 'configuration', icon: 'schedule', title: { zh: '配置历史与模板', en: 'Configuration history and templates' }, page: ConfigurationPage,
    hint: { zh: '查看、比较和撤回配置更改，导入导出全部配置，安装行业模板', en: 'See, compare and take back changes; move the whole configuration; install templates' },
    words: '历史 撤回 比较 导出 导入 文本 版本 行业 包 history revert compare yaml package template upgrade',
  },
  {
    section: 'objects', path: 'print', icon: 'printer', covers: ['print_template'], words: 'PDF 报价单 合同 导出 document quotation',
    page: lazy(() => import('./print/PrintPage')),
    title: { zh: '打印模板', en: 'Print templates' }, hint: { zh: '把记录打印成 PDF：商机概要、报价单等', en: 'Records as PDF: summaries, quotations' },
  },
  {
    section: 'business', path: 'lead-sources', icon: 'UnorderedListOutlined', title: { zh: '线索来源', en: 'Lead sources' }, page: lazy(() => import('./leads/SourcesPage')),
    hint: { zh: '线索和销售机会从哪里来：名称、顺序、默认与停用', en: 'Where leads and opportunities come from: names, order, default, on and off' }, words: '来源 渠道 source channel',
  },
  {
    section: 'business', path: 'lead-mapping', icon: 'SwapOutlined', covers: ['lead_mapping'], page: lazy(() => import('./leads/MappingPage')),
    title: { zh: '线索字段映射', en: 'Lead field mapping' }, hint: { zh: '转换时，线索的字段填入客户、联系人和销售机会的哪些字段', en: 'Which fields of account, contact and opportunity a lead fills' }, words: '转换 convert mapping',
  },
  {
    section: 'business', path: 'forms', icon: 'FormOutlined', covers: ['web_form', 'web_form_submission'], page: lazy(() => import('./forms/FormsPage')),
    title: { zh: '网页表单', en: 'Web forms' }, hint: { zh: '官网上的表单，提交后直接成为线索', en: 'Forms of your site whose answers become leads' }, words: '官网 留资 提交 website web-to-lead embed',
  },
  {
    section: 'business', path: 'stages', icon: 'FunnelPlotOutlined', covers: ['stage_rule', 'stage_task'], page: lazy(() => import('./stages/StagesPage')), words: '商机 机会 赢率 漏斗 必填 任务 pipeline probability funnel',
    title: { zh: '销售阶段', en: 'Stages' }, hint: { zh: '各业务类型的阶段、赢率、推进条件、任务与指导', en: 'Stages by record type: probability, conditions, tasks, guidance' },
  },
  {
    section: 'business', path: 'contact-roles', icon: 'ContactsOutlined', page: lazy(() => import('./stages/ContactRolesPage')), words: '决策者 审批者 关系图 decision maker map',
    title: { zh: '联系人角色', en: 'Contact roles' }, hint: { zh: '采购决策中的角色与颜色，用于关系图和作战地图', en: 'Parts in the decision to buy, and their colours on the maps' },
  },
  { section: 'business', object: 'activity_setting', hint: { zh: '签到距离与精度、拜访和任务的提醒', en: 'How near a check-in must be, and reminders of visits and tasks' }, words: '拜访 签到 定位 提醒 check-in visit distance reminder' },
  { section: 'business', object: 'price_rule', hint: { zh: '买赠、满减、按数量定价、不能同时买', en: 'Gifts, prices by quantity, what is not sold together' }, words: '促销 赠品 折扣 价格 买赠 promotion discount gift price' },
  { section: 'business', object: 'exchange_rate', hint: { zh: '各币种从哪一天起折合多少本位币', en: 'What each currency is worth, from which day on' }, words: '币种 货币 本位币 currency money' },
  {
    section: 'business', path: 'duplicates', icon: 'CopyOutlined', covers: ['duplicate_rule', 'duplicate_condition'], words: '重复 撞单 合并 duplicate merge',
    page: lazy(() => import('./duplicates/DuplicatesPage')),
    title: { zh: '查重设定', en: 'Duplicate rules' }, hint: { zh: '什么算重复的客户、联系人和线索，发现时怎么办', en: 'When accounts, contacts and leads are the same, and what happens then' },
  },
  {
    section: 'business', path: 'search', icon: 'search', page: SearchSettingsPage, covers: ['search_setting'], words: '搜索 索引 拼音 检索 search index pinyin',
    title: { zh: '全文检索设定', en: 'Search settings' }, hint: { zh: '能搜索哪些对象和字段、显示什么、搜索范围', en: 'Which objects and fields people search, what hits show, how far' },
  },
  {
    section: 'business', path: 'registries', icon: 'BankOutlined', page: RegistriesPage, covers: ['registry_provider', 'registry_mapping'], words: '工商 企查查 天眼查 回填 企业库 qichacha tianyancha company',
    title: { zh: '客户信息回填', en: 'Company registries' }, hint: { zh: '输入公司名称时从工商信息中选择并填入', en: 'Registered companies to choose from while a name is typed' },
  },
  {
    section: 'business', path: 'lead-pools', icon: 'inbox', covers: ['pool'], words: '公海 池 分组 回收 领取 退回原因 数量限制 pool queue claim reclaim',
    page: lazy(() => import('./pools/LeadPoolsPage')),
    title: { zh: '线索池', en: 'Lead pools' }, hint: { zh: '线索分组、领取与回收规则、数量限制、退回原因', en: 'Pools of leads: taking, reclaiming, limits, reasons' },
  },
  {
    section: 'business', path: 'account-pools', icon: 'inbox', covers: ['pool_limit', 'pool_return_reason', 'pool_self_created', 'pool_member', 'pool_period', 'pool_exception', 'pool_distribution', 'pool_distribution_person', 'pool_movement'],
    words: '公海 池 分组 回收 领取 退回原因 数量限制 pool queue claim reclaim', page: lazy(() => import('./pools/AccountPoolsPage')),
    title: { zh: '客户池', en: 'Account pools' }, hint: { zh: '客户分组、领取与回收规则、私池数量限制、退回原因', en: 'Pools of accounts: taking, reclaiming, limits, reasons' },
  },
  { section: 'objects', object: 'list_view', hint: { zh: '保存的筛选、列与看板', en: 'Saved filters, columns and boards' }, words: '筛选 filter board' },
];

/** The page at /settings/PATH. */
export const pageAt = (path: string): PageEntry | undefined =>
  ENTRIES.find((entry): entry is PageEntry => 'path' in entry && entry.path === path);

/** Whether somebody may open the page; what they may do there the server decides. */
export const opensPage = (user: Pick<SessionUser, 'administers' | 'areas'>, entry: PageEntry): boolean =>
  user.administers || (entry.area !== undefined && user.areas.includes(entry.area));
